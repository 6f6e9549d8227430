import { describe, expect, it } from "vitest";
import { reading } from "../../src/database/retry.js";
import { Cancelled, Problem } from "../../src/lib/problem.js";
import { failureSaying } from "../support/failures.js";
import { RecordedWaiting } from "../support/waiting.js";

/** A read that fails with each of these errors in turn, and then returns "read". */
async function read(errors: Error[], waiting = new RecordedWaiting()) {
  let reads = 0;
  const work = async () => {
    const error = errors[reads++];
    if (error !== undefined) throw error;
    return "read";
  };
  const result = await reading(work, waiting).catch((error: unknown) => error);
  return { result, reads, waits: waiting.seconds, reasons: waiting.reasons };
}

const lost = failureSaying("fetch failed");

describe("a read that fails", () => {
  it("not at all is read once", async () => {
    expect(await read([])).toEqual({ result: "read", reads: 1, waits: [], reasons: [] });
  });

  it.each([1, 2, 3, 4])(
    "%d times with a transient failure is retried after growing waits, with the reason",
    async (n) => {
      const { result, reads, waits, reasons } = await read(Array.from({ length: n }, () => lost));
      expect([result, reads, waits]).toEqual(["read", n + 1, [1, 2, 4, 8].slice(0, n)]);
      expect(new Set(reasons)).toEqual(new Set([lost.brief]));
    },
  );

  it("five times reports the last failure", async () => {
    const last = failureSaying("504 Gateway Timeout");
    const { result, reads, waits } = await read([lost, lost, lost, lost, last, lost]);
    expect([result, reads, waits]).toEqual([last, 5, [1, 2, 4, 8]]);
  });

  it("for a reason that turns out to be permanent is not retried", async () => {
    const reason = failureSaying("self-signed certificate");
    const waiting = new RecordedWaiting();
    const asked: unknown[] = [];
    const cause = async (problem: unknown) => {
      asked.push(problem);
      return reason;
    };
    await expect(reading(() => Promise.reject(lost), waiting, cause)).rejects.toBe(reason);
    expect([asked, waiting.seconds]).toEqual([[lost], []]);
  });

  it("has its reason looked up once", async () => {
    let asked = 0;
    const cause = async (problem: unknown) => {
      asked += 1;
      return problem;
    };
    await expect(reading(() => Promise.reject(lost), new RecordedWaiting(), cause)).rejects.toBe(lost);
    expect(asked).toBe(1);
  });

  it("and then fails permanently reports that failure", async () => {
    const other = failureSaying("no such table: bulk_jobs");
    expect(await read([lost, other])).toMatchObject({ result: other, reads: 2, waits: [1] });
  });

  it.each([
    failureSaying("no such table: bulk_jobs"),
    failureSaying("Authentication error [code: 10000]"),
    failureSaying("what is this"),
    new Problem("TIMEOUT", "Wrangler did not answer.", "Run this again."),
    new Cancelled(),
    new TypeError("fetch failed"),
  ])("with %s is not retried", async (error) => {
    expect(await read([error])).toMatchObject({ result: error, reads: 1, waits: [] });
  });

  it.each(["database is locked", "D1 DB is overloaded", "internal error; reference = x", "rate limit"])(
    "with %j is retried",
    async (text) => expect((await read([failureSaying(text)])).reads).toBe(2),
  );
});

describe("a server that says how long to wait", () => {
  it.each([
    ["retry-after: 7", 7],
    ["Retry-After: 30", 30],
    ['"retry_after": 1, "retry-after": "12"', 12],
    ["please retry after 60", 60],
    ["retry after 3600 seconds", 60],
    ["retry-after: 0", 1],
    ["retry-after: soon", 1],
  ])("with %s is waited for %d seconds", async (text, seconds) => {
    expect((await read([failureSaying(`too many requests, ${text}`)])).waits).toEqual([seconds]);
  });

  it("never shortens the growing waits", async () => {
    const busy = failureSaying("too many requests, retry-after: 3");
    expect((await read([busy, busy, busy, busy])).waits).toEqual([3, 3, 4, 8]);
  });
});

it("an interrupted wait ends the read", async () => {
  const waiting = new RecordedWaiting(() => {
    throw new Cancelled();
  });
  expect(await read([lost, lost], waiting)).toMatchObject({ result: new Cancelled(), reads: 1 });
});
