import { describe, expect, it } from "vitest";
import { beginnings, type Count, inOrder, orders, stoppedThenOurs } from "../support/beside-own-upgrade.js";
import { EnginePool } from "../support/engine-pool.js";
import { titled } from "../support/titles.js";
import { afterProof, publish } from "./page.js";

const pool = new EnginePool();
const nothing = (): Count => ({ tried: 0, complete: 0, lost: 0 });
const counts = new Map<string, Count>();

afterProof(async (proof) => {
  await pool.close();
  publish(
    proof,
    "own-upgrade",
    ["KV Manager 2.x's own upgrade beside this one", "databases", "complete", "rows lost"],
    [...counts].map(([order, { tried, complete, lost }]) => [order, tried, complete, lost]),
  );
});

describe.each(Object.entries(orders))("%s", (name, order) => {
  const count = nothing();
  counts.set(name, count);
  it.each(titled(beginnings, ({ name }) => name))("%s", async (_, { sql }) => {
    await inOrder(pool, sql, order, count);
    expect(count).toEqual({ tried: count.tried, complete: count.tried, lost: 0 });
  });
});

describe("its own stopped after each statement, then ours", () => {
  const count = nothing();
  counts.set("its own stopped after each of its statements, then ours", count);
  it.each(titled(beginnings, ({ name }) => name))("%s", async (_, { sql }) => {
    const statements = await stoppedThenOurs(pool, sql, count);
    // Every starting database needs at least the ledger.
    expect(statements).toBeGreaterThan(1);
    expect(count).toEqual({ tried: count.tried, complete: count.tried, lost: 0 });
  });
});
