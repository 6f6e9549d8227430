import { afterAll, describe, expect, it } from "vitest";
import type { EraName } from "../support/eras.js";
import { checkFailureText, failureTexts } from "../support/failure-texts.js";
import { faultKinds, surviveFault } from "../support/faults.js";
import { surviveKill } from "../support/kill.js";
import type { FaultMatch } from "../support/loopback-faults.js";
import { loopback } from "../support/remote.js";

const { make } = loopback();
const count = { tried: 0, before: 0, complete: 0, unknown: 0 };

// One line for whoever runs this: `lost` is what is neither before nor complete, or has another row.
afterAll(() => {
  const { tried, before, complete, unknown } = count;
  process.stdout.write(
    `faults: ${JSON.stringify({ ...count, lost: tried - before - complete - unknown })}\n`,
  );
});

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
    count.tried++;
    const { found, code } = await surviveFault(await make(era), fault, match);
    count[found]++;
    // One fault alone never leaves the database unreadable.
    expect(code).not.toBe(4);
  });
});

describe.concurrent("each text that Cloudflare says", () => {
  it.each(failureTexts)("$message, while $moment: $expected", async (said) => {
    await checkFailureText(await make("2025-11-10"), said);
  });
});

describe.concurrent("the reading after a lost answer goes wrong as well", () => {
  it.each(Object.entries(faultKinds))("it %s", async (_, fault) => {
    count.tried++;
    const database = await make("oldest");
    database.fault({ kind: "cut", when: "after" }, { endpoint: "query", writes: true, nth: 1 });
    const { found } = await surviveFault(database, fault, { endpoint: "query", writes: false, nth: 2 });
    count[found]++;
    expect(found).toBe("complete");
  });
});

describe.concurrent("killed outright at a hundred random moments, and run again", () => {
  // A run takes about four seconds here; the seed makes a failure repeatable.
  let seed = 20251122;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const moments = Array.from({ length: 100 }, (_, i) => ({
    milliseconds: Math.round(random() * 5000),
    all: i % 2 === 0,
  }));
  it.each(moments)("after $milliseconds ms (with its wrangler: $all)", async ({ milliseconds, all }) => {
    count.tried++;
    await surviveKill(await make("oldest"), milliseconds, all);
    count.complete++;
  });
});
