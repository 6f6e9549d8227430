import { describe, expect, it } from "vitest";
import { expectTruth, faultKinds, stateOf } from "../support/faults.js";
import { loopback } from "../support/remote.js";

const { make, api } = loopback();

// The whole matrix (each call, each kind, each era) is in the longer `npm run proof:faults`.
describe("the one request that writes", () => {
  it.each(Object.entries(faultKinds))(
    "%s: the program says what the database is, and a second run is right",
    async (_, fault) => {
      const database = await make("2025-11-08");
      const before = await database.dump();
      api().faults.push({ match: { endpoint: "query", writes: true, nth: 1 }, fault });
      const run = await database.run("--yes", "--timeout", "6");
      api().faults.length = 0;
      const found = await stateOf(database, before);
      expect(run.code).not.toBe(4);
      expectTruth(run, found);
      const again = await database.run("--yes");
      expect([again.code, again.json.outcome]).toEqual([0, found === "complete" ? "up-to-date" : "upgraded"]);
      expect(await stateOf(database, before)).toBe("complete");
      // Never sent again while it was not known.
      expect(database.writes()).toBe(found === "complete" ? 1 : 2);
    },
  );

  it("is waited for when its answer is lost and it is still on its way", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    const match = { endpoint: "query", writes: true, nth: 1 } as const;
    // wrangler is ended after 3 seconds; the statements are carried out 3 seconds later.
    api().faults.push({ match, fault: { kind: "delay", when: "before", milliseconds: 6000 } });
    const run = await database.run("--yes", "--timeout", "3");
    expect(run.stderr).toContain("still on their way");
    expect(await stateOf(database, before)).toBe("complete");
    expectTruth(run, "complete");
    expect(database.writes()).toBe(1);
  });

  it("exit 4 when the database cannot be read afterwards, with the way back", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    api().faults.push({ match: { endpoint: "query", writes: true }, fault: { kind: "cut", when: "after" } });
    api().faults.push({
      match: { endpoint: "query", writes: false, nth: 2 },
      times: 99,
      fault: { kind: "fail", status: 403, code: 10000, message: "Authentication error" },
    });
    const run = await database.run("--yes");
    expect(run.code).toBe(4);
    expectTruth(run, await stateOf(database, before));
    expect(run.json.restorePoint?.command).toContain("time-travel restore");
    expect(run.stderr).toContain("npx wrangler d1 time-travel restore kv-manager-metadata --bookmark=");
    api().faults.length = 0;
    expect((await database.run("--yes")).json.outcome).toBe("up-to-date");
  });
});

describe("two upgrades at the same moment", () => {
  it("both end well, with one applied batch", async () => {
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
