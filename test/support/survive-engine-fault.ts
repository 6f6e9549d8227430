import { expect } from "vitest";
import { runJson } from "./cli.js";
import { type Batch, engineFault, type engineFaults, type When } from "./engine-faults.js";
import { expectTruth, type Found, stateOf } from "./faults.js";
import { dump, makeLocal } from "./local.js";
import { processesNaming } from "./processes.js";
import { developmentId } from "./project.js";
import { eventually } from "./waiting.js";

const flags = ["--local", "-b", "kv-manager-metadata-dev", "--yes"];

/**
 * Upgrades while something goes wrong with the engine, then again without. The first run must report the actual state
 * of the database and leave no process, and the second run must end up to date with every row as before.
 * @param cwd a project that no other test uses
 * @returns what the first run left
 */
export async function surviveEngineFault(
  cwd: string,
  fault: keyof typeof engineFaults,
  batch: Batch,
  when: When,
): Promise<Found> {
  const file = await makeLocal(cwd, developmentId, "oldest");
  const database = { dump: () => dump(file) };
  const before = dump(file);
  const timeout = fault === "it hangs" ? ["--timeout", "6"] : [];
  const run = await runJson([...flags, ...timeout], { cwd, env: engineFault(cwd, fault, batch, when) });
  const found = await stateOf(database, before);
  expectTruth(run, found);
  expect(run.code, "unknown only where it cannot be read").not.toBe(4);
  await eventually(() => processesNaming(cwd).length === 0);
  const again = await runJson(flags, { cwd });
  expect([again.code, again.json.outcome]).toEqual([0, found === "complete" ? "up-to-date" : "upgraded"]);
  expect(await stateOf(database, before)).toBe("complete");
  return found;
}
