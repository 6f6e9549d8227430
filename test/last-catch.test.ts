import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, type Document, plainEnvironment, run } from "./support/cli.js";
import { disposableProjects } from "./support/folders.js";
import { dump, makeLocal } from "./support/local.js";
import { developmentId } from "./support/project.js";

const project = disposableProjects();
const local = ["--local", "-b", "kv-manager-metadata-dev"];
const secret = ["cfut", "Zk3QmP9xT7vB2nRw8LsD4hYc6JfA1uEg"].join("_");

/** Runs the program with a module that is loaded before it and lets something fail. */
async function runSpoiled(cwd: string, spoil: string, args: string[]) {
  const file = join(cwd, "spoil.cjs");
  const own = `if (/cli\\.cjs$/.test(process.argv[1] ?? "")) { ${spoil} }`;
  writeFileSync(file, own);
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(file)}` };
  return await run(args, { cwd, env });
}

/** The first text for a stream is not written; what fails names a secret. */
const firstWriteFails = (stream: "stdout" | "stderr") =>
  `const write = process.${stream}.write; let failed = false;
   process.${stream}.write = function (...args) {
     if (failed) return write.apply(this, args);
     failed = true;
     throw new Error("injected with ${secret}");
   };`;

describe.skipIf(process.platform === "win32")("in a folder that was deleted", () => {
  async function runDeleted(...args: string[]) {
    const folder = join(project(), "gone");
    mkdirSync(folder);
    const script = 'rmdir "$PWD" && exec "$@"';
    const child = spawn("sh", ["-c", script, "sh", process.execPath, cli, ...args], {
      cwd: folder,
      env: plainEnvironment(),
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, stdout, stderr };
  }

  it("--json is one document, and the words say what to do", async () => {
    const { code, stdout, stderr } = await runDeleted("status", "--json");
    const { error, outcome, applied } = JSON.parse(stdout) as Document;
    expect([code, error?.code, outcome, applied]).toEqual([2, "USAGE", "failed", false]);
    expect(stderr).toContain("The folder that you are in does not exist any more.\nNothing was changed.");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [["status"]],
    [[]],
    [["report"]],
    [["status", "--cwd", "kv-manager"]],
    [["status", "--deployed", "2025-11-09"]],
  ])("%j says the same", async (args) => {
    const { code, stdout, stderr } = await runDeleted(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("does not exist any more");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("explain says what a text means all the same", async () => {
    const { code, stdout, stderr } = await runDeleted("explain", "duplicate column name");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("What it means:");
    const unknown = await runDeleted("explain", "etc", "--json");
    expect([unknown.code, (JSON.parse(unknown.stdout) as Document).error?.code]).toEqual([
      1,
      "UNEXPECTED_OUTPUT",
    ]);
  });

  it("--cwd names another one, and every command that is printed names it too", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const status = await runDeleted("status", ...local, "--cwd", cwd);
    expect([status.code, status.stdout]).toEqual([3, expect.stringContaining("001 job_audit_events")]);
    expect(status.stdout).toMatch(new RegExp(`\n  node \\S+cli\\.cjs --local .*--cwd ${cwd} .*--yes\n`));
    const upgraded = await runDeleted("--cwd", cwd, ...local, "--yes", "--backup", "before.sql");
    expect([upgraded.code, upgraded.stderr]).toEqual([0, expect.not.stringContaining("Error")]);
    expect(upgraded.stdout).toContain(`The backup is in ${join(cwd, "before.sql")}.`);
    const byHand = `--config ${join(cwd, "wrangler.dev.toml")}`;
    expect(upgraded.stdout).toMatch(new RegExp(`\n  node \\S+wrangler\\.js d1 execute .*${byHand}`));
    const report = await runDeleted("report", "--cwd", cwd, "--local", "-b", "kv-manager-metadata-dev");
    expect([report.code, report.stdout]).toEqual([0, expect.stringContaining("wrangler.dev.toml")]);
  });
});

describe("what nobody expected", () => {
  it("while a result is shown is told in one document, without secrets, exit 1", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const { code, stdout, stderr } = await runSpoiled(cwd, firstWriteFails("stdout"), [
      ...["status", ...local, "--json"],
    ]);
    const { error, outcome, applied } = JSON.parse(stdout) as Document;
    expect([code, error?.code, outcome, applied]).toEqual([1, "UNEXPECTED_OUTPUT", "failed", false]);
    expect(error?.message).toContain("injected with [hidden]");
    expect(stderr).toContain("Nothing was changed.");
    expect(stdout + stderr).not.toContain(secret.slice(5, 15));
  });

  it.each([
    ["--json", ["--json"]],
    ["text", []],
  ])("after a write leaves the outcome open, exit 4: %s", async (_, more) => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const { code, stdout, stderr } = await runSpoiled(cwd, firstWriteFails("stdout"), [
      ...[...local, "--yes", ...more],
    ]);
    expect(code).toBe(4);
    if (more.length > 0) {
      const { error, outcome, applied } = JSON.parse(stdout) as Document;
      expect([error?.code, outcome, applied]).toEqual(["UNKNOWN_OUTCOME", "unknown", null]);
    }
    expect(stderr).not.toContain("Nothing was changed");
    expect(stdout + stderr).not.toContain(secret.slice(5, 15));
    // It was written, so to say that nothing was changed would have been a lie.
    expect(dump(file).schema.some((object) => object.name === "job_audit_events")).toBe(true);
  });

  it("outside of every promise ends in the same way", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const late = `setTimeout(() => { throw new Error("injected with ${secret}"); }, 400);`;
    const { code, stdout, stderr } = await runSpoiled(cwd, late, ["status", ...local, "--json"]);
    const { error, outcome } = JSON.parse(stdout) as Document;
    expect([code, error?.code, outcome]).toEqual([1, "UNEXPECTED_OUTPUT", "failed"]);
    expect(stderr).toContain("Nothing was changed.");
    expect(stdout + stderr).not.toContain(secret.slice(5, 15));
  });

  it("after the document is no second one", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const end = `process.on("exit", () => {}); const write = process.stdout.write;
      process.stdout.write = function (...args) {
        const result = write.apply(this, args);
        setImmediate(() => { throw new Error("injected"); });
        return result;
      };`;
    const { stdout } = await runSpoiled(cwd, end, ["status", ...local, "--json"]);
    expect((JSON.parse(stdout) as Document).outcome).toBe("pending");
  });
});
