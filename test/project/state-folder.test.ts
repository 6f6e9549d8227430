import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shellQuote } from "../../src/lib/shell-quote.js";
import { stateUnderOtherName } from "../../src/messages/container.js";
import { findStateFolder } from "../../src/project/state-folder.js";

const objects = "miniflare-D1DatabaseObject";
const file = `${"0a".repeat(32)}.sqlite`;
let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv state ")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Creates a database file below the folder and returns its path. */
function database(...below: string[]): string {
  const path = join(folder, ...below, objects, file);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "content");
  writeFileSync(join(path, "..", "metadata.sqlite"), "content");
  return path;
}

const problem = (code: string, message: string | RegExp, advice: string | RegExp) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message),
    advice: typeof advice === "string" ? expect.stringContaining(advice) : expect.stringMatching(advice),
  });

describe("the D1 state in a folder", () => {
  it.each([
    ["the state folder itself", ["v3", "d1"], []],
    ["the folder above it", ["state", "v3", "d1"], []],
    ["a project", [".wrangler", "state", "v3", "d1"], []],
    [".wrangler", [".wrangler", "state", "v3", "d1"], [".wrangler"]],
    ["v3", ["v3", "d1"], ["v3"]],
    ["v3/d1", ["v3", "d1"], ["v3", "d1"]],
    ["the innermost", ["data", "v3", "d1"], ["data", "v3", "d1", objects]],
  ])("is found from %s", (_what, below, given) => {
    const path = database(...below);
    expect(findStateFolder(join(folder, ...given))).toEqual({
      path: join(folder, ...below, "..", ".."),
      databases: [path],
    });
  });

  it("is empty in a fresh folder, which is then used as wrangler would use it", () => {
    const fresh = join(folder, "fresh");
    expect(findStateFolder(fresh)).toEqual({ path: fresh, databases: [] });
    mkdirSync(fresh);
    expect(findStateFolder(fresh)).toEqual({ path: fresh, databases: [] });
    // Other files of wrangler do not point to a different folder.
    mkdirSync(join(fresh, ".wrangler", "cache"), { recursive: true });
    expect(findStateFolder(fresh)).toEqual({ path: fresh, databases: [] });
  });

  it("is the one that has databases when another is empty", () => {
    const path = database(".wrangler", "state", "v3", "d1");
    mkdirSync(join(folder, "v3", "d1"), { recursive: true });
    expect(findStateFolder(folder)).toEqual({ path: join(folder, ".wrangler", "state"), databases: [path] });
  });

  it("must be named when there are several whose files have unknown names", () => {
    for (const below of [[], [".wrangler", "state"]])
      renameSync(database(...below, "v3", "d1"), join(folder, ...below, "v3", "d1", "dev.sqlite"));
    expect(() => findStateFolder(folder)).toThrow(problem("USAGE", "2 local states", "--persist-to"));
  });

  it("must be named when there are several", () => {
    database("v3", "d1");
    database(".wrangler", "state", "v3", "d1");
    expect(() => findStateFolder(folder)).toThrow(
      problem("USAGE", "2 local states", `--persist-to ${shellQuote(join(folder, ".wrangler", "state"))}`),
    );
  });

  it.each([
    ["v3", ["data", "d1"], "state/v3"],
    ["v3/d1", ["data"], "state/v3/d1"],
  ])("under a name other than %s is rejected with a command that links it", (part, below, link) => {
    database(...below);
    expect(() => findStateFolder(join(folder, "data"))).toThrow(
      problem(
        "USAGE",
        `is the "${part}" folder of a local state`,
        `ln -s ${shellQuote(join(folder, "data"))} ${link}`,
      ),
    );
  });

  it("under another name on Windows gets one command for both cmd and PowerShell", () => {
    const path = "C:\\Users\\Jo\\kv's data";
    const { advice } = stateUnderOtherName(path, "v3/d1", "win32");
    const script = /node -e "([^"]*)"$/.exec(advice)?.[1];
    expect(script).toBe(
      "fs.mkdirSync('state/v3',{recursive:true});fs.symlinkSync('C:/Users/Jo/kv\\'s data','state/v3/d1','junction')",
    );
  });

  it("under another name on Windows is linked by that command", () => {
    const data = join(folder, "kv's data");
    mkdirSync(data);
    const { advice } = stateUnderOtherName(data, "v3/d1", "win32");
    const script = /node -e "([^"]*)"$/.exec(advice)?.[1] ?? "";
    execFileSync(process.execPath, ["-e", script], { cwd: folder });
    expect(realpathSync(join(folder, "state", "v3", "d1"))).toBe(data);
  });

  it("cannot be a file", () => {
    expect(() => findStateFolder(join(database("v3", "d1")))).toThrow(problem("USAGE", "not a folder", ""));
  });
});
