import { expect, it } from "vitest";
import { surviveKill } from "../support/kill.js";
import { loopback } from "../support/remote.js";

const { make } = loopback();

// `npm run proof:faults` kills at a hundred random moments and at many around the write.
it("an upgrade killed while its batch is in flight is completed by the next run, and every row is kept", async () => {
  const database = await make("oldest");
  database.fault({ kind: "delay", milliseconds: 3000 }, { endpoint: "query", writes: true });
  const moment = { since: () => database.writes() > 0, milliseconds: 300, all: false };
  // The second run meets the batch of the first, which is still in flight.
  expect(await surviveKill(database, moment)).toEqual({ killed: true, found: "before" });
});
