import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shellQuote } from "../../src/lib/shell-quote.js";
import { cli, type Document, ended, plainEnvironment, run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { hasEvents, makeLocal } from "../support/local.js";
import { processesNaming } from "../support/processes.js";
import { developmentId } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { eventually } from "../support/waiting.js";
import { unwrapped } from "../support/watched.js";

const project = disposableProjects();
const { make } = loopback();
const local = ["--local", "-b", "kv-manager-metadata-dev"];
const secret = ["cfut", "Zk3QmP9xT7vB2nRw8LsD4hYc6JfA1uEg"].join("_");

/** Runs the program with a preloaded module that makes something fail. */
async function runSpoiled(cwd: string, spoil: string, args: string[], more: NodeJS.ProcessEnv = {}) {
  const file = join(cwd, "spoil.cjs");
  const own = `if (/cli\\.cjs$/.test(process.argv[1] ?? "")) { ${spoil} }`;
  writeFileSync(file, own);
  const env = { ...more, NODE_OPTIONS: `--require ${JSON.stringify(file)}` };
  return await run(args, { cwd, env });
}

/** Makes the first write to a stream fail, with an error that names a secret. */
const firstWriteFails = (stream: "stdout" | "stderr") =>
  `const write = process.${stream}.write; let failed = false;
   process.${stream}.write = function (...args) {
     if (failed) return write.apply(this, args);
     failed = true;
     throw new Error("injected with ${secret}");
   };`;

describe.skipIf(process.platform === "win32")("a run in a deleted folder", () => {
  async function runDeleted(...args: string[]) {
    const folder = join(project(), "gone");
    mkdirSync(folder);
    const script = 'rmdir "$PWD" && exec "$@"';
    const child = spawn("sh", ["-c", script, "sh", process.execPath, cli, ...args], {
      cwd: folder,
      env: plainEnvironment(),
    });
    return ended(child);
  }

  it("prints one document with --json and says what is wrong", async () => {
    const { code, stdout, stderr } = await runDeleted("status", "--json");
    const { error, outcome, applied } = JSON.parse(stdout) as Document;
    expect([code, error?.code, outcome, applied]).toEqual([2, "USAGE", "failed", false]);
    expect(stderr).toContain("The current folder no longer exists.\nNothing was changed.");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [["status"]],
    [[]],
    [["report"]],
    [["status", "--cwd", "kv-manager"]],
    [["status", "--deployed", "2025-11-09"]],
  ])("fails the same way with %j", async (args) => {
    const { code, stdout, stderr } = await runDeleted(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("The current folder no longer exists");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("still explains a text", async () => {
    const { code, stdout, stderr } = await runDeleted("explain", "duplicate column name");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("What it means:");
    const unknown = await runDeleted("explain", "etc", "--json");
    expect([unknown.code, (JSON.parse(unknown.stdout) as Document).error?.code]).toEqual([
      1,
      "UNEXPECTED_OUTPUT",
    ]);
  });

  it("uses another folder with --cwd and names it in printed commands", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const status = await runDeleted("status", ...local, "--cwd", cwd);
    expect([status.code, status.stdout]).toEqual([3, expect.stringContaining("001 job_audit_events")]);
    // As a shell accepts it and the screen shows it: spaces in quotes, the home folder as ~.
    const typed = (path: string) => shellQuote(path).replace(homedir(), "~");
    expect(status.stdout).toContain(`\n  node ${typed(cli)} --local `);
    expect(status.stdout).toMatch(new RegExp(`cli\\.cjs'? --local .*--cwd ${typed(cwd)} .*--yes\n`));
    const upgraded = await runDeleted("--cwd", cwd, ...local, "--yes", "--backup", "before.sql");
    expect([upgraded.code, upgraded.stderr]).toEqual([0, expect.not.stringContaining("Error")]);
    expect(unwrapped(upgraded.stdout)).toContain(`The backup is in ${typed(join(cwd, "before.sql"))}.`);
    const byHand = `--config ${typed(join(cwd, "wrangler.dev.toml"))}`;
    expect(upgraded.stdout).toMatch(new RegExp(`\n  node \\S+wrangler\\.js d1 execute .*${byHand}`));
    const report = await runDeleted("report", "--cwd", cwd, "--local", "-b", "kv-manager-metadata-dev");
    expect([report.code, report.stdout]).toEqual([0, expect.stringContaining("wrangler.dev.toml")]);
  });
});

describe("an unexpected error", () => {
  it("while a result is shown is reported in one document, without secrets, exit code 1", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const { code, stdout, stderr } = await runSpoiled(cwd, firstWriteFails("stdout"), [
      ...["status", ...local, "--json"],
    ]);
    const { error, outcome, applied } = JSON.parse(stdout) as Document;
    expect([code, error?.code, outcome, applied]).toEqual([1, "UNEXPECTED_OUTPUT", "failed", false]);
    expect(error?.message).toBe("This is a bug in kv-manager-upgrade: injected with [hidden].");
    expect(stderr).toContain("Nothing was changed.");
    expect(stdout + stderr).not.toContain(secret.slice(5, 15));
  });

  it.each([
    ["--json", ["--json"]],
    ["text", []],
  ])("after a write leaves the outcome unknown, exit code 4: %s", async (_, more) => {
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
    expect(hasEvents(file)).toBe(true);
  });

  it("after a write exits with 4 even if nothing can be printed", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const silent = `let silent = false; const write = process.stderr.write;
      process.stdout.write = () => { silent = true; throw new Error("injected"); };
      process.stderr.write = function (...args) {
        if (silent) throw new Error("injected");
        return write.apply(this, args);
      };`;
    for (const more of [[], ["--json"]]) {
      const { code, stdout } = await runSpoiled(cwd, silent, [...local, "--yes", ...more]);
      // The second run finds nothing to write, since the first one wrote it.
      expect([code, stdout]).toEqual([more.length === 0 ? 4 : 1, ""]);
    }
    expect(hasEvents(file)).toBe(true);
  });

  it("after a write to a deployed database comes with the restore command", async () => {
    const database = await make("oldest");
    const spoil = firstWriteFails("stdout");
    const { code, stdout, stderr } = await runSpoiled(
      database.cwd,
      spoil,
      ["--remote", "--yes", "--json"],
      database.env,
    );
    const { restorePoint, outcome } = JSON.parse(stdout) as Document;
    expect([code, outcome, database.writes()]).toEqual([4, "unknown", 1]);
    expect(restorePoint?.command).toMatch(/d1 time-travel restore .*--bookmark=/);
    expect(stderr).toContain(
      `To restore the database to just before this upgrade:\n  ${restorePoint?.command}\n`,
    );
  });

  it("after setup has written a config mentions that", async () => {
    const cwd = project({});
    const spoil = `const fs = require("node:fs"); const write = fs.writeFileSync;
      fs.writeFileSync = function (file, ...args) {
        const result = write.call(this, file, ...args);
        if (/wrangler\\.toml$/.test(file)) process.nextTick(() => { throw new Error("injected"); });
        return result;
      };`;
    const { code, stderr } = await runSpoiled(cwd, spoil, ["setup", "--local", "--yes"]);
    expect(code).toBe(1);
    expect(existsSync(join(cwd, "wrangler.toml"))).toBe(true);
    expect(stderr).toContain(
      "injected.\nwrangler.toml was written with what the database needs. Nothing else was changed; run the same command again to continue.\n",
    );
    expect(stderr).not.toContain("Nothing was changed");
  });

  it("outside any promise is handled the same way", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const late = `setTimeout(() => { throw new Error("injected with ${secret}"); }, 400);`;
    const { code, stdout, stderr } = await runSpoiled(cwd, late, ["status", ...local, "--json"]);
    // The wrangler that was reading is ended too.
    await eventually(() => processesNaming(cwd).length === 0, 0.3);
    const { error, outcome } = JSON.parse(stdout) as Document;
    expect([code, error?.code, outcome]).toEqual([1, "UNEXPECTED_OUTPUT", "failed"]);
    expect(stderr).toContain("Nothing was changed.");
    expect(stdout + stderr).not.toContain(secret.slice(5, 15));
  });

  it.each([
    ["a pending upgrade", ["status"], 3, "pending"],
    ["a failure", ["status", "--binding", "nothing"], 2, "failed"],
    ["an upgrade", ["--yes"], 0, "upgraded"],
  ])(
    "after the result was shown changes neither the exit code nor the single document: %s",
    async (...row) => {
      const [, args, expected, outcome] = row;
      const after = (stream: string) => `const write = process.${stream}.write;
      process.${stream}.write = function (...args) {
        const result = write.apply(this, args);
        if (/UPGRADE|"outcome"|Upgraded|Error \\(|pending;/.test(String(args[0])))
          setImmediate(() => { throw new Error("injected"); });
        return result;
      };`;
      const all = args.includes("--binding") ? args.concat("--local") : [...args, ...local];
      for (const more of [[], ["--json"]]) {
        const cwd = project();
        await makeLocal(cwd, developmentId, "oldest");
        const streams = expected === 2 && more.length === 0 ? "stderr" : "stdout";
        const { code, stdout, stderr } = await runSpoiled(cwd, after(streams), [...all, ...more]);
        expect(code).toBe(expected);
        expect(stderr).toContain(
          "This is a bug in kv-manager-upgrade: injected.\nThe result above is still valid.\n",
        );
        if (more.length > 0) expect((JSON.parse(stdout) as Document).outcome).toBe(outcome);
      }
    },
  );

  it.each([
    ["caught within the run", firstWriteFails("stderr")],
    ["caught last", 'setTimeout(() => { throw new Error("injected"); }, 400);'],
  ])("has its stack kept for a report and shown only with --debug: %s", async (_, spoil) => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const state = { XDG_STATE_HOME: join(cwd, "state") };
    const quiet = await runSpoiled(cwd, spoil, ["status", ...local], state);
    expect([quiet.code, quiet.stderr]).toEqual([
      1,
      expect.stringContaining("a bug in kv-manager-upgrade: injected"),
    ]);
    expect(quiet.stdout + quiet.stderr).not.toMatch(/^\s+at /m);
    const report = await run(["report"], { cwd, env: state });
    expect(report.stdout).toMatch(
      /<summary>Where it happened<\/summary>\n\n```text\nError: injected.*\n\s+at .*spoil\.cjs/,
    );
    const loud = await runSpoiled(cwd, spoil, ["status", ...local, "--debug"], state);
    expect(loud.stderr).toMatch(/^\s+at .*spoil\.cjs/m);
  });
});
