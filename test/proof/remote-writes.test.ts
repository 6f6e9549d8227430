import { describe, expect, it } from "vitest";
import { expectTruth, faultKinds, stateOf, surviveFault } from "../support/faults.js";
import { loopback, ways } from "../support/remote.js";
import { checkRemoteEra } from "../support/remote-era.js";

const { make, makeFor, api } = loopback();
const theWrite = { endpoint: "query", writes: true, nth: 1 } as const;

describe.concurrent("the one request that writes", () => {
  it.each(["answers half", "hangs before"])(
    "%s, is reported truthfully, and a second run succeeds",
    async (kind) => {
      const fault = faultKinds[kind];
      if (fault === undefined) throw new Error("there is no such kind of fault");
      const { found, code, writes } = await surviveFault(await make("2025-11-08"), fault, theWrite);
      expect(code).not.toBe(4);
      // Never resent while the outcome was unknown.
      expect(writes).toBe(found === "complete" ? 1 : 2);
    },
  );

  it("is waited for when its answer is lost while it is in flight", async () => {
    // Waits as long as for D1, not as briefly as the other tests wait for this server.
    const database = await make("oldest", { KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS: undefined });
    const before = await database.dump();
    // The request times out after 20 seconds, which a read never takes; the statements run 20 seconds later.
    database.fault({ kind: "delay", when: "before", milliseconds: 40_000 }, theWrite);
    const run = await database.run("--yes", "--timeout", "20");
    expect(run.stderr).toContain("still being carried out");
    expect(await stateOf(database, before)).toBe("complete");
    expectTruth(run, "complete");
    expect(database.writes()).toBe(1);
  });

  it("results in exit code 4 and the restore command when no read follows", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    database.fault({ kind: "cut", when: "after" }, theWrite);
    const refused = { kind: "fail", status: 403, code: 10000, message: "Authentication error" } as const;
    database.fault(refused, { endpoint: "query", writes: false, nth: 2 }, 99);
    const run = await database.run("--yes");
    expect(run.code).toBe(4);
    expectTruth(run, await stateOf(database, before));
    expect(run.json.restorePoint?.command).toContain("time-travel restore");
    expect(run.stderr).toContain(`npx wrangler d1 time-travel restore ${database.name} --bookmark=`);
    database.clearFaults();
    expect((await database.run("--yes")).json.outcome).toBe("up-to-date");
  });
});

describe.concurrent("a deployed database of the era", () => {
  const eras = ["2025-11-08", "2025-11-10", "2025-11-22"] as const;
  it.each(eras.flatMap((era) => ways.map((way) => [era, way] as const)))(
    "%s is upgraded with at most one write request, with a %s",
    async (era, way) => {
      await checkRemoteEra(await makeFor(way, era), api(), era, way);
    },
  );
});

describe("the first setup of a deployed database", () => {
  it("writes the whole schema once and verifies it", async () => {
    const database = await make({ sql: "" });
    const { code, json } = await database.run("setup", "--yes");
    expect([code, json.outcome, json.applied]).toEqual([0, "set-up", true]);
    expect(database.writes()).toBe(1);
    const again = await database.run("setup", "--yes");
    expect([again.code, again.json.outcome]).toEqual([0, "up-to-date"]);
  });
});

describe("the restore point", () => {
  it("is not read when nothing will be written", async () => {
    const database = await make("oldest");
    for (const args of [["status"], ["--dry-run", "--yes"], []]) {
      const { code, json } = await database.run(...args);
      expect([code, json.outcome, json.restorePoint]).toEqual([3, "pending", null]);
    }
    const seen = api().requests.filter((r) => r.databaseId === database.id);
    // The name is read alongside the schema.
    expect(seen.map((r) => r.endpoint).sort()).toEqual(
      ["database", "query"].flatMap((one) => Array(3).fill(one)),
    );
  });
});
