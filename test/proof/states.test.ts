import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { contentOf, expectUpgraded } from "../support/compare-databases.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { productionId } from "../support/project.js";
import { type State, states } from "../support/states.js";
import { afterProof, publish } from "./page.js";
import { sqlOf, type Variation, variations } from "./variations.js";

const project = disposableProjects();
let upgraded = 0;

afterProof((proof) => {
  const what = `${states.length} states, and ${variations.length - 1} variations in five of them each`;
  publish(
    proof,
    "states",
    ["the program with the engine of the project's wrangler, twice each", "databases"],
    [[what, upgraded]],
  );
});

/** Upgrades twice with the program as published. */
async function upgradeByProgram(state: State, variation: Variation): Promise<void> {
  const cwd = project();
  const { base, extra } = sqlOf(state, variation);
  const file = await makeLocal(cwd, productionId, { sql: base }, extra);
  const before = contentOf(file);
  const args = ["--local", "--binding", "kv-manager-metadata", "--yes"];

  const { code, json, starts } = await runJson(args, { cwd });
  expect(json.error).toBeNull();
  const pending = state.missing.length > 0;
  expect([code, json.outcome, json.applied]).toEqual([0, pending ? "upgraded" : "up-to-date", pending]);
  expect(json.migrations.flatMap((m) => m.missing).sort()).toEqual([...state.missing].sort());
  expect(json.statements).toHaveLength(state.missing.length);
  expect(json.checks.map((check) => check.ok)).toEqual(Array(6).fill(true));
  expect(starts).toEqual([["engine"]]);
  const after = contentOf(file);
  expectUpgraded(after, before, state.missing);

  const again = await runJson(args, { cwd });
  expect([again.code, again.json.outcome, again.json.statements]).toEqual([0, "up-to-date", []]);
  expect(again.starts).toEqual([["engine"]]);
  expect(contentOf(file)).toEqual(after);
  upgraded++;
}

describe.concurrent("each state, by the program", () => {
  const [plain] = variations;
  it.each(states.map((state) => [state.name, state] as const))("%s", async (_, state) => {
    if (plain !== undefined) await upgradeByProgram(state, plain);
  });
});

// The 40 are 5 states of the table times 8 of the columns. Each variation covers all 5, and the variations together
// cover each of the 40 at least once.
describe.concurrent("each variation in five of the states, by the program", () => {
  const pairs = variations.slice(1).flatMap((variation, v) =>
    [0, 1, 2, 3, 4].flatMap((table) => {
      const state = states[table * 8 + ((v + table * 3) % 8)];
      return state === undefined ? [] : [[`${variation.name}: ${state.name}`, state, variation] as const];
    }),
  );
  it.each(pairs)("%s", async (_, state, variation) => {
    await upgradeByProgram(state, variation);
  });
});
