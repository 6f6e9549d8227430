import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, plainEnvironment, run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { Screen } from "../support/terminal.js";

const project = disposableProjects();
const yes = "y\n".repeat(10_000);
const named = ["--local", "-b", "kv-manager-metadata-dev"];

// The program's input, the expected exit code, and how often it may start wrangler.
const cases: [string, string[], string | undefined, NodeJS.ProcessEnv, number, number][] = [
  ["nothing on stdin", [], undefined, {}, 2, 0],
  ["an empty stdin", [], "", {}, 2, 0],
  ["`yes |`", [], yes, {}, 2, 0],
  ["`yes |`, and the database named", named, yes, {}, 3, 1],
  ["`yes |`, plain", ["--plain", ...named], yes, {}, 3, 1],
  ["`yes |` into the set-up", ["setup", ...named], yes, {}, 3, 1],
  ["CI", named, "", { CI: "1" }, 3, 1],
  ["color forced on a dry run", [...named, "--dry-run", "--no-color"], "", { FORCE_COLOR: "1" }, 3, 1],
];

describe("without a terminal", () => {
  it.each(cases)(
    "asks and writes nothing, and prints no escape byte: %s",
    async (_, args, input, env, code, starts) => {
      const cwd = project();
      const file = await makeLocal(cwd, developmentId, "oldest");
      const before = dump(file);
      const result = await run(args, { cwd, env, ...(input === undefined ? {} : { input }) });
      expect(result.code).toBe(code);
      expect(result.starts).toHaveLength(starts);
      expect(result.stdout + result.stderr).not.toContain("\x1b");
      if (code === 2) expect(result.stderr).toContain("add --local, --remote or --preview");
      else expect(result.stdout).toMatch(/pending/);
      expect(dump(file)).toEqual(before);
    },
  );

  it("asks nothing when stdin and stdout are files", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const [input, output] = [openSync(cli, "r"), openSync(join(cwd, "out"), "w")];
    const child = spawn(process.execPath, [cli, ...named], {
      cwd,
      env: plainEnvironment(),
      stdio: [input, output, "ignore"],
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    for (const descriptor of [input, output]) closeSync(descriptor);
    expect(code).toBe(3);
    const text = readFileSync(join(cwd, "out"), "utf8");
    expect(text).toContain("6 statements pending; nothing was changed.");
    expect(text).not.toContain("\x1b");
    expect(dump(file)).toEqual(before);
  });
});

describe("in a terminal that must not be prompted", () => {
  it.each<[string, string[], NodeJS.ProcessEnv, string | RegExp]>([
    ["CI is set", [], { CI: "1" }, "add --local, --remote or --preview"],
    ["--json", ["--json"], {}, /"code": "USAGE"/],
  ])("%s", async (_, args, env, expected) => {
    const cwd = project();
    const screen = new Screen(args, { cwd, env });
    expect(await screen.exited).toBe(2);
    expect(await screen.text()).toMatch(expected);
  });

  it.skipIf(process.platform === "win32")("asks nothing when stdout is redirected", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const command = `"${process.execPath}" "${cli}" ${named.join(" ")} > out`;
    const screen = new Screen(["-c", command], { cwd, program: "/bin/sh" });
    expect(await screen.exited).toBe(3);
    expect(await screen.text()).toContain("Reading the schema of kv-manager-metadata-dev");
    const text = readFileSync(join(cwd, "out"), "utf8");
    expect(text).toContain("6 statements pending; nothing was changed.");
    expect(text).not.toContain("\x1b");
    expect(dump(file)).toEqual(before);
  });
});
