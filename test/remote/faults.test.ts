import { describe, expect, it } from "vitest";
import { expectTruth, faultKinds, stateOf, surviveFault } from "../support/faults.js";
import { loopback } from "../support/remote.js";

const { make, api } = loopback();
const theWrite = { endpoint: "query", writes: true, nth: 1 } as const;

// The whole matrix (each call, each kind, each era) is in the longer `npm run proof:faults`.
describe.concurrent("the one request that writes", () => {
  const sample = ["is cut after", "answers half", "hangs before"];
  it.each(sample.map((kind) => [kind, faultKinds[kind]] as const))(
    "%s: a true word, and a second run that is right",
    async (_, fault) => {
      if (fault === undefined) throw new Error("there is no such kind of fault");
      const { found, code, writes } = await surviveFault(await make("2025-11-08"), fault, theWrite);
      expect(code).not.toBe(4);
      // Never sent again while it was not known.
      expect(writes).toBe(found === "complete" ? 1 : 2);
    },
  );

  it("is waited for when its answer is lost and it is still on its way", async () => {
    const database = await make("oldest", { KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS: "12" });
    const before = await database.dump();
    // wrangler is ended after 8 seconds; the statements are carried out a few seconds later.
    database.fault({ kind: "delay", when: "before", milliseconds: 13_000 }, theWrite);
    const run = await database.run("--yes", "--timeout", "8");
    expect(run.stderr).toContain("still on their way");
    expect(await stateOf(database, before)).toBe("complete");
    expectTruth(run, "complete");
    expect(database.writes()).toBe(1);
  });

  it("ends with 4 when the database cannot be read afterwards, and shows the way back", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    database.fault({ kind: "cut", when: "after" }, theWrite);
    const refused = { kind: "fail", status: 403, code: 10000, message: "Authentication error" } as const;
    database.fault(refused, { endpoint: "query", writes: false, nth: 2 }, 99);
    const run = await database.run("--yes");
    expect(run.code).toBe(4);
    expectTruth(run, await stateOf(database, before));
    expect(run.json.restorePoint?.command).toContain("time-travel restore");
    expect(run.stderr).toContain("npx wrangler d1 time-travel restore kv-manager-metadata --bookmark=");
    database.mend();
    expect((await database.run("--yes")).json.outcome).toBe("up-to-date");
  });

  it("is carried out once when two upgrades start at the same moment, and both end well", async () => {
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
