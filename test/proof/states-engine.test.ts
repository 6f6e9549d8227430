import fc from "fast-check";
import { expect, it } from "vitest";
import { nameKey } from "../../src/plan/names.js";
import { EnginePool } from "../support/engine-pool.js";
import { seedRows } from "../support/eras.js";
import { quoted } from "../support/sql.js";
import { states } from "../support/states.js";
import { afterProof, publish } from "./page.js";
import { anyName, anyShape, shaped } from "./shapes.js";
import { oddNames, sqlOf, variations } from "./variations.js";

const pool = new EnginePool();
const count = { product: 0, random: 0 };
const randomMixes = Number(process.env.PROOF_RANDOM ?? 200);

afterProof(async (proof) => {
  await pool.close();
  const product = `${states.length} states × ${variations.length} variations`;
  publish(
    proof,
    "states-engine",
    ["plan and apply on D1's engine, in one process", "databases"],
    [
      [product, count.product],
      ["random mixes", count.random],
    ],
  );
});

it("the three migrations can be in 40 states", () => {
  expect(new Set(states.map((state) => state.name)).size).toBe(40);
  expect(new Set(states.map((state) => state.missing.join())).size).toBe(40);
});

it.each(variations.map((v) => [v.name, v] as const))("each state: %s", async (_, variation) => {
  for (const state of states) {
    const { base, extra } = sqlOf(state, variation);
    await pool.upgrade(`${base};\n${extra}`, state.missing);
    count.product++;
  }
});

/** Names of columns that the variations add to bulk_jobs. */
const used = ["note", "not null", "size", ...oddNames].map(nameKey);

it("random mixes are upgraded", async () => {
  const mix = fc.record({
    state: fc.constantFrom(...states),
    shape: anyShape,
    extras: fc.subarray(variations.slice(1, -1)),
    names: fc.uniqueArray(
      anyName.filter((name) => !used.includes(nameKey(name))),
      { maxLength: 4, selector: nameKey },
    ),
  });
  await fc.assert(
    fc.asyncProperty(mix, async ({ state, shape, extras, names }) => {
      const parts = shaped(state, shape);
      const own = names.map((name) => `ALTER TABLE bulk_jobs ADD COLUMN ${quoted(name)} TEXT;`);
      const more = [...new Set(extras.map(({ extra }) => extra(state)))];
      await pool.upgrade([parts.base + seedRows, parts.state, ...own, ...more].join(";\n"), state.missing);
      count.random++;
    }),
    { numRuns: randomMixes },
  );
});
