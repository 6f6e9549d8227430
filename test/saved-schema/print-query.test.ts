import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/command-line/request.js";
import { inspectionQuery } from "../../src/database/inspection-query.js";
import { printQuery } from "../../src/saved-schema/print-query.js";
import { plainEnvironment, run, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { productionId } from "../support/project.js";

const project = disposableProjects();
const print = (...flags: string[]) =>
  printQuery(parseRequest(["status", "--print-query", ...flags], "/", "2026-01-01"));

describe("the printed command", () => {
  it.each<[string[], string]>([
    [[], "kv-manager-metadata --remote"],
    [["--remote"], "kv-manager-metadata --remote"],
    [["--local"], "kv-manager-metadata --local"],
    [["--preview"], "kv-manager-metadata --remote --preview"],
    [["-b", "METADATA", "-e", "staging"], "METADATA --remote --env staging"],
    [["-b", "my database"], '"my database" --remote'],
    // Its config is a separate file, which wrangler does not read by default.
    [
      ["--local", "-b", "kv-manager-metadata-dev"],
      "kv-manager-metadata-dev --local --config wrangler.dev.toml",
    ],
    [
      ["--local", "-b", "kv-manager-metadata-dev", "-c", "my.toml"],
      "kv-manager-metadata-dev --local --config my.toml",
    ],
    [
      ["--local", "-c", "wrangler.dev.toml", "--persist-to", "..\\my state"],
      'kv-manager-metadata --local --config wrangler.dev.toml --persist-to "../my state"',
    ],
    [["--local", "--persist-to", "C:\\state"], "kv-manager-metadata --local --persist-to C:/state"],
  ])("with %j names the requested database", (flags, middle) => {
    expect(print(...flags)).toBe(`npx wrangler d1 execute ${middle} --json --command="${inspectionQuery}"`);
  });

  it("contains no character in its quotes that bash, cmd or PowerShell would change", () => {
    expect(inspectionQuery).not.toMatch(/["%\\<>\r\n!$`^&|]/);
    expect(inspectionQuery.length).toBeLessThan(8000);
  });

  it.each(['a"b', "a%b%", "a$b", "a`b", "a!b", "a<b", "a\nb", "a“b", "-b"])(
    "rejects a name like %j",
    (name) => {
      expect(() => print(`--binding=${name}`)).toThrow(
        expect.objectContaining({
          code: "USAGE",
          message: expect.stringContaining("bash, cmd and PowerShell") as string,
        }),
      );
    },
  );
});

it.skipIf(process.platform === "win32")(
  "the printed command, run by bash, gives --snapshot the same result as a live status",
  async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, "2025-11-08");
    const flags = ["--local", "-c", "wrangler.toml"];
    const { code, stdout: command, stderr } = await run(["status", "--print-query", ...flags], { cwd });
    expect([code, command.match(/\n/g), stderr]).toEqual([0, ["\n"], ""]);
    const printed = spawnSync("bash", ["-c", command], { cwd, env: plainEnvironment(), encoding: "utf8" });
    expect(printed.status).toBe(0);
    const saved = await runJson(["status", "--snapshot", "-"], { cwd, input: printed.stdout });
    const live = await runJson(["status", ...flags, "-b", "kv-manager-metadata"], { cwd });
    expect([saved.code, saved.starts]).toEqual([3, []]);
    // wrangler's output does not say which checkout it comes from.
    const kvManager = { version: "1", from: "default" };
    expect(saved.json).toEqual({ ...live.json, target: null, kvManager });
    expect(saved.json.statements).toHaveLength(4);
  },
);
