import { afterAll, describe, expect, it } from "vitest";
import type { EraName } from "../support/eras.js";
import { checkFailureText, failureTexts } from "../support/failure-texts.js";
import { type Found, faultKinds, surviveFault } from "../support/faults.js";
import { surviveKill } from "../support/kill.js";
import type { FaultMatch } from "../support/loopback-faults.js";
import { loopback } from "../support/remote.js";
import { publish } from "./page.js";

const { make } = loopback();

const killed = "killed at a random moment, and run again";
let inTheMiddle = 0;

/** How the databases of each part were found: as before, complete, or neither of both, which must never be. */
const parts = {
  "each call × each kind of fault × each era": { tried: 0, before: 0, complete: 0 },
  "each text that Cloudflare says": { tried: 0, before: 0, complete: 0 },
  "the answer is lost, and so is the reading after it": { tried: 0, before: 0, complete: 0 },
  [killed]: { tried: 0, before: 0, complete: 0 },
};

afterAll(() => {
  const sums = Object.entries(parts).map(([part, { tried, before, complete }]) => {
    return [part, tried, before, complete, tried - before - complete];
  });
  const all = [1, 2, 3, 4].map((i) => sums.reduce((sum, row) => sum + Number(row[i]), 0));
  const kills = sums.find(([part]) => part === killed);
  if (kills !== undefined) kills[0] = `${killed} (${inTheMiddle} of them while it ran)`;
  publish("faults", ["remote databases", "tried", "before", "complete", "lost"], [...sums, ["all", ...all]]);
  expect(all[3], "lost").toBe(0);
});

/** Counts one database; it is lost until the work says what it found. */
async function count(part: keyof typeof parts, work: () => Promise<Found>): Promise<void> {
  parts[part].tried++;
  parts[part][await work()]++;
}

const calls: Record<string, FaultMatch> = {
  "the inspection": { endpoint: "query", writes: false, nth: 1 },
  "the look at the database before the bookmark": { endpoint: "database", nth: 1 },
  "the bookmark": { endpoint: "bookmark", nth: 1 },
  "the batch": { endpoint: "query", writes: true, nth: 1 },
};
const eras: EraName[] = ["oldest", "2025-11-08", "2025-11-10"];
const matrix = eras.flatMap((era) =>
  Object.entries(calls).flatMap(([call, match]) =>
    Object.entries(faultKinds).map(([kind, fault]) => ({ era, call, match, kind, fault })),
  ),
);

describe.concurrent("each call, each kind of fault, each era", () => {
  it.each(matrix)("$era: $call $kind", async ({ era, match, fault }) => {
    await count("each call × each kind of fault × each era", async () => {
      const { found, code } = await surviveFault(await make(era), fault, match);
      // One fault alone never leaves the database unreadable.
      expect(code).not.toBe(4);
      return found;
    });
  });
});

describe.concurrent("each text that Cloudflare says", () => {
  it.each(failureTexts)("$message, while $moment: $expected", async (said) => {
    await count("each text that Cloudflare says", async () => {
      await checkFailureText(await make("2025-11-10"), said);
      return "before";
    });
  });
});

describe.concurrent("the reading after a lost answer goes wrong as well", () => {
  it.each(Object.entries(faultKinds))("it %s", async (_, fault) => {
    await count("the answer is lost, and so is the reading after it", async () => {
      const database = await make("oldest");
      database.fault({ kind: "cut", when: "after" }, { endpoint: "query", writes: true, nth: 1 });
      const next = { endpoint: "query", writes: false, nth: 2 } as const;
      const { found, writes } = await surviveFault(database, fault, next);
      // What arrived is complete. On a busy machine a wrangler may be ended before it sends: the next run's is the one.
      expect(writes).toBe(1);
      return found;
    });
  });
});

describe.concurrent("killed outright at a hundred random moments, and run again", () => {
  // Runs take four to six seconds here, several at once; the seed makes a failure repeatable.
  let seed = 20251122;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const moments = Array.from({ length: 100 }, (_, i) => ({
    milliseconds: Math.round(random() * 6000),
    all: i % 2 === 0,
  }));
  it.each(moments)("after $milliseconds ms (with its wrangler: $all)", async ({ milliseconds, all }) => {
    await count(killed, async () => {
      if (await surviveKill(await make("oldest"), milliseconds, all)) inTheMiddle++;
      return "complete";
    });
  });
});
