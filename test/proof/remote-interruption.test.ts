import { describe, expect, it } from "vitest";
import { stateOf } from "../support/faults.js";
import { loopback, type RemoteProject, ways } from "../support/remote.js";
import { interrupted } from "../support/watched.js";

const { makeFor } = loopback();

/** Runs an upgrade, and sends it signals, half a second apart, once it says a text. */
const interruptedUpgrade = (database: RemoteProject, when: string, signals: NodeJS.Signals[]) =>
  interrupted(["--remote", "--yes"], database, when, signals, 500);

describe.skipIf(process.platform === "win32").each(ways)(
  "Ctrl-C on a deployed database, with a %s",
  (way) => {
    it("while reading changes nothing", async () => {
      const database = await makeFor(way, "oldest");
      const before = await database.dump();
      database.fault({ kind: "delay", milliseconds: 2000 });
      const { code, json } = await interruptedUpgrade(database, "Reading the schema", ["SIGINT"]);
      expect([code, json.outcome, json.applied, json.restorePoint]).toEqual([130, "cancelled", false, null]);
      expect(await stateOf(database, before)).toBe("before");
    });

    it("while writing, even repeated, lets the write finish and verifies it", async () => {
      const database = await makeFor(way, "oldest");
      const before = await database.dump();
      database.fault(
        { kind: "delay", when: "before", milliseconds: 3000 },
        { endpoint: "query", writes: true },
      );
      const { code, json, stderr } = await interruptedUpgrade(database, "Applying", [
        "SIGINT",
        "SIGTERM",
        "SIGHUP",
      ]);
      expect([code, json.outcome, json.applied]).toEqual([130, "cancelled", true]);
      expect(json.restorePoint?.bookmark).toMatch(/^[0-9a-f-]{59}$/);
      expect(stderr).toContain("Finishing the write first");
      expect(await stateOf(database, before)).toBe("complete");
    });

    it("after a refused batch sends nothing more", async () => {
      const database = await makeFor(way, "oldest");
      const before = await database.dump();
      const refused = { kind: "fail", status: 429, code: 7429, message: "D1 DB is overloaded." } as const;
      database.fault(refused, { endpoint: "query", writes: true, nth: 1 });
      const { code, json } = await interruptedUpgrade(database, "Trying again", ["SIGINT"]);
      expect([code, json.outcome, json.applied]).toEqual([130, "cancelled", false]);
      expect(database.writes()).toBe(1);
      expect(await stateOf(database, before)).toBe("before");
    });
  },
);
