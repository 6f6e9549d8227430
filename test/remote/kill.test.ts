import { expect, it } from "vitest";
import { surviveKill } from "../support/kill.js";
import { loopback } from "../support/remote.js";

const { make } = loopback();

// A hundred random moments are in the longer `npm run proof:faults`.
it("killed outright, its wrangler left alive, and run again: complete, and no row lost", async () => {
  expect(typeof (await surviveKill(await make("oldest"), 2600, false))).toBe("boolean");
});
