import { expect } from "vitest";
import { runJson } from "./cli.js";
import { dump, makeLocal, rowsOf } from "./local.js";
import { productionId } from "./project.js";
import { allObjects, type State } from "./states.js";

/** Upgrades a local database in one of the 40 states, twice, and compares every row. */
export async function checkState(cwd: string, state: State): Promise<void> {
  const file = await makeLocal(cwd, productionId, "oldest", state.sql);
  const before = dump(file);
  const args = ["--local", "--binding", "kv-manager-metadata", "--yes"];

  const { code, json, starts } = await runJson(args, { cwd });
  expect(json.error).toBeNull();
  expect(code).toBe(0);
  expect(json.outcome).toBe(state.missing.length > 0 ? "upgraded" : "up-to-date");
  expect(json.migrations.flatMap((m) => m.missing).sort()).toEqual([...state.missing].sort());
  expect(json.statements).toHaveLength(state.missing.length);
  expect(json.checks.map((check) => [check.object, check.ok])).toEqual(
    allObjects.map((object) => [object, true]),
  );
  expect(starts).toEqual([["engine"]]);
  const after = dump(file);
  expect(rowsOf(after)).toEqual(rowsOf(before));

  const again = await runJson(args, { cwd });
  expect([again.code, again.json.outcome, again.json.statements]).toEqual([0, "up-to-date", []]);
  expect(dump(file)).toEqual(after);
}
