import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { slowEngine } from "../support/engine-faults.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal, rowsOf } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { interrupted } from "../support/watched.js";

const project = disposableProjects();
const args = ["--local", "-b", "kv-manager-metadata-dev", "--yes"];

/** Runs an upgrade with a slow engine, and sends it signals once it says a text. */
const interruptedUpgrade = (cwd: string, when: string, signals: NodeJS.Signals[]) =>
  interrupted(args, { cwd, env: slowEngine(cwd, 1200) }, when, signals);

describe("an interruption", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s while reading changes nothing", async (signal) => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const { code, json } = await interruptedUpgrade(cwd, "Reading the schema", [signal]);
    expect([code, json.outcome, json.applied]).toEqual([130, "cancelled", false]);
    expect(dump(file)).toEqual(before);
  });

  it("during the write, even if repeated, lets the write finish and verifies it", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const { code, json, stderr } = await interruptedUpgrade(cwd, "Applying the statements", [
      "SIGINT",
      "SIGINT",
    ]);
    expect([code, json.outcome, json.applied]).toEqual([130, "cancelled", true]);
    expect(json.checks.every((check) => check.ok)).toBe(true);
    expect(stderr).toContain("Finishing the write first");
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
    expect((await runJson(args, { cwd })).json.outcome).toBe("up-to-date");
  });
});

describe("two simultaneous upgrades", () => {
  it("both succeed and keep every row", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const both = await Promise.all([1, 2].map(() => runJson(args, { cwd })));
    for (const { code, json } of both) {
      expect([code, json.error]).toEqual([0, null]);
      expect(["upgraded", "up-to-date"]).toContain(json.outcome);
      expect(json.checks.every((check) => check.ok)).toBe(true);
    }
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
  });
});
