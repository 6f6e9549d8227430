import { expect } from "vitest";
import type { Document, Run } from "./cli.js";
import { type Dump, rowsOf } from "./local.js";
import type { Fault, FaultMatch } from "./loopback-faults.js";
import type { RemoteProject } from "./remote.js";
import { allObjects } from "./states.js";

const serverError = { status: 500, code: 10013, message: "internal server error" };

/** Each way in which one request can go wrong. */
export const faultKinds: Record<string, Fault> = {
  "fails before": { kind: "fail", when: "before", ...serverError },
  "fails after": { kind: "fail", when: "after", ...serverError },
  "is cut before": { kind: "cut", when: "before" },
  "is cut after": { kind: "cut", when: "after" },
  "answers nonsense before": { kind: "nonsense", when: "before", body: "<html>proxy</html>" },
  "answers nonsense after": { kind: "nonsense", when: "after", body: '{"hello":1}' },
  "answers half": { kind: "half" },
  "hangs before": { kind: "hang", when: "before" },
  "hangs after": { kind: "hang", when: "after" },
  "is slow": { kind: "delay", milliseconds: 1500 },
};

/** The state of a database after a run. */
export type Found = "before" | "complete";

/** A database that can be dumped without the program. */
export interface Readable {
  dump(): Promise<Dump> | Dump;
}

/**
 * Returns the state of the database after a run: exactly as before, or complete with every row as before.
 * Any other state fails the test.
 */
export async function stateOf(database: Readable, before: Dump): Promise<Found> {
  const now = await dumpAtRest(database);
  expect(rowsOf(now)).toEqual(rowsOf(before));
  if (isComplete(now) && !isComplete(before)) {
    expect(untouched(now)).toEqual(untouched(before));
    return "complete";
  }
  expect(now).toEqual(before);
  return isComplete(before) ? "complete" : "before";
}

/** Whether a database has all that the migrations add. */
function isComplete({ schema, rows }: Dump): boolean {
  const columns = Object.keys(rows.bulk_jobs?.[0] ?? {}).map((name) => `column bulk_jobs.${name}`);
  const there = [...schema.map(({ type, name }) => `${type} ${name}`), ...columns];
  return allObjects.every((object) => there.includes(object));
}

/** Returns the objects that no migration adds or changes. */
function untouched({ schema }: Dump): Dump["schema"] {
  return schema.filter(({ type, name }) => ![...allObjects, "table bulk_jobs"].includes(`${type} ${name}`));
}

/** Repeats the dump: it takes several reads, and processes that outlive a killed run may write in between. */
async function dumpAtRest(database: Readable): Promise<Dump> {
  for (let last = await database.dump(); ; ) {
    const now = await database.dump();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
}

/**
 * Expects a run to report the actual state of the database.
 * @param was the state of the database before the run
 */
export function expectTruth(
  { code, json, stderr }: Run & { json: Document },
  found: Found,
  was: Found = "before",
): void {
  if (code === 0) {
    const words = was === "before" ? ["upgraded", true] : ["up-to-date", false];
    expect([json.outcome, json.applied, found, json.error]).toEqual([...words, "complete", null]);
    expect(json.checks.every((check) => check.ok)).toBe(true);
  } else if (code === 4) {
    expect([json.outcome, json.applied, json.error?.code]).toEqual(["unknown", null, "UNKNOWN_OUTCOME"]);
    expect(stderr).toContain("either unchanged or fully upgraded");
  } else {
    expect([code, json.outcome, json.applied, found]).toEqual([1, "failed", false, was]);
    expect(stderr).toContain("Nothing was changed.");
    expect(json.error?.advice).not.toBe("");
  }
}

/**
 * Upgrades while one request goes wrong, then again without a fault. The first run must report the actual state of the
 * database, and the second run must end up to date with every row as before.
 * @param match which request
 * @returns what the first run left, and its exit code
 */
export async function surviveFault(
  database: RemoteProject,
  fault: Fault,
  match: FaultMatch,
): Promise<{ found: Found; code: number | null; writes: number }> {
  const before = await database.dump();
  database.fault(fault, match);
  // Only hanging requests need a short timeout; a busy machine may take its time for the rest.
  const timeout = fault.kind === "hang" ? ["--timeout", "20"] : [];
  const run = await database.run("--yes", ...timeout);
  // Otherwise the run tested nothing.
  expect(database.faultsMet(), "faults that happened").toBeGreaterThan(0);
  database.clearFaults();
  const found = await stateOf(database, before);
  expectTruth(run, found, isComplete(before) ? "complete" : "before");
  const again = await database.run("--yes");
  expect([again.code, again.json.outcome]).toEqual([0, found === "complete" ? "up-to-date" : "upgraded"]);
  expect(await stateOf(database, before)).toBe("complete");
  return { found, code: run.code, writes: database.writes() };
}
