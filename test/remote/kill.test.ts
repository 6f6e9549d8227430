import { describe, expect, it } from "vitest";
import { surviveKill } from "../support/kill.js";
import { loopback } from "../support/remote.js";

const { make } = loopback();

// A hundred random moments are in the longer `npm run proof:faults`.
describe.concurrent("killed outright and run again", () => {
  it.each([
    [1500, true],
    [2600, false],
  ])("after %d ms (with its wrangler: %s): complete, and no row lost", async (milliseconds, all) => {
    expect(typeof (await surviveKill(await make("oldest"), milliseconds, all))).toBe("boolean");
  });
});
