import { describe, expect, it } from "vitest";
import { stateOf, surviveFault } from "../support/faults.js";
import { loopback } from "../support/remote.js";

const { make, api } = loopback();
const theWrite = { endpoint: "query", writes: true, nth: 1 } as const;

const cutAfter = { kind: "cut", when: "after" } as const;

// `npm run proof:remote` has more cases, and `npm run proof:faults` the whole matrix (every call, kind and era).
describe.concurrent("the one request that writes", () => {
  it("succeeds when it is cut after it was carried out, and a second run finds the database up to date", async () => {
    const { found, code, writes } = await surviveFault(await make("2025-11-08"), cutAfter, theWrite);
    expect([found, code, writes]).toEqual(["complete", 0, 1]);
  });

  it("is carried out once when two upgrades start at the same time, and both succeed", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    const runs = await Promise.all([database.run("--yes"), database.run("--yes")]);
    for (const { code, json } of runs) {
      expect([code, json.error]).toEqual([0, null]);
      expect(json.checks.every((check) => check.ok)).toBe(true);
    }
    expect(await stateOf(database, before)).toBe("complete");
    const carriedOut = api().requests.filter(
      (r) => r.databaseId === database.id && r.writes && r.status === 200,
    );
    expect(carriedOut).toHaveLength(1);
  });
});
