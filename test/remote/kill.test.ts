import { expect, it } from "vitest";
import { surviveKill } from "../support/kill.js";
import { loopback } from "../support/remote.js";

const { make } = loopback();

// A hundred random moments, and many around the write, are in the longer `npm run proof:faults`.
it("killed outright while its batch is on the way, its wrangler left alive, and run again: no row lost", async () => {
  const database = await make("oldest");
  database.fault({ kind: "delay", milliseconds: 3000 }, { endpoint: "query", writes: true });
  const moment = { since: () => database.writes() > 0, milliseconds: 300, all: false };
  // The second run meets the batch of the first, which is still on its way.
  expect(await surviveKill(database, moment)).toEqual({ killed: true, found: "before" });
});
