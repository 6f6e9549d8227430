import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cli, plainEnvironment, runJson } from "../support/cli.js";
import { slowEngine } from "../support/engine-faults.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal, rowsOf } from "../support/local.js";
import { developmentId } from "../support/project.js";

const project = disposableProjects();
const args = ["--local", "-b", "kv-manager-metadata-dev", "--yes", "--json"];

/** Runs the program and sends signals once stderr contains a text. */
async function interrupted(cwd: string, when: string, signals: NodeJS.Signals[]) {
  const env = { ...plainEnvironment(), ...slowEngine(cwd, 1200) };
  const child = spawn(process.execPath, [cli, ...args], { cwd, env });
  let stdout = "";
  let stderr = "";
  let sent = false;
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
    if (!sent && stderr.includes(when)) {
      sent = true;
      for (const [i, signal] of signals.entries()) setTimeout(() => child.kill(signal), 300 * (i + 1));
    }
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stderr, json: JSON.parse(stdout) as Awaited<ReturnType<typeof runJson>>["json"] };
}

describe("an interruption", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s while reading changes nothing", async (signal) => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const { code, json } = await interrupted(cwd, "Reading the schema", [signal]);
    expect([code, json.outcome, json.applied]).toEqual([130, "cancelled", false]);
    expect(dump(file)).toEqual(before);
  });

  it("during the write, even if repeated, lets the write finish and verifies it", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const { code, json, stderr } = await interrupted(cwd, "Applying the statements", ["SIGINT", "SIGINT"]);
    expect([code, json.outcome, json.applied]).toEqual([130, "cancelled", true]);
    expect(json.checks.every((check) => check.ok)).toBe(true);
    expect(stderr).toContain("Finishing the write first");
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
    expect((await runJson(args.slice(0, -1), { cwd })).json.outcome).toBe("up-to-date");
  });
});

describe("two simultaneous upgrades", () => {
  it("both succeed and keep every row", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const both = await Promise.all([1, 2].map(() => runJson(args.slice(0, -1), { cwd })));
    for (const { code, json } of both) {
      expect([code, json.error]).toEqual([0, null]);
      expect(["upgraded", "up-to-date"]).toContain(json.outcome);
      expect(json.checks.every((check) => check.ok)).toBe(true);
    }
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
  });
});
