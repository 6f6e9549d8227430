import { describe, expect, it } from "vitest";
import { type Applied, type ApplyOptions, apply, type Writable } from "../../src/apply/apply.js";
import type { Snapshot } from "../../src/database/snapshot.js";
import { Cancelled, Problem } from "../../src/lib/problem.js";
import { withObject } from "../../src/plan/compare.js";
import { planUpgrade } from "../../src/plan/plan.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { catalogFor } from "../support/catalogs.js";
import { failureSaying } from "../support/failures.js";
import { jobAuditEvents, jobIndex, kvManager, userIndex, withTable } from "../support/snapshots.js";
import { titled } from "../support/titles.js";
import { RecordedWaiting } from "../support/waiting.js";

const catalog = catalogFor("1");
const replan = (found: Snapshot) => planUpgrade(found, catalog);

/** A schema that accepts statements; the fate of each batch is set in advance. */
class FakeDatabase implements Writable {
  schema: Snapshot;
  /** How many statements each batch had. */
  readonly writes: number[] = [];
  reads = 0;
  readonly lostWriteSeconds: number;
  /** Thrown by the next reads, in turn; null lets one succeed. */
  readErrors: (Error | null)[] = [];
  private readonly fates: Fate[];

  /** @param fates one for each batch in turn; further batches are carried out */
  constructor(fates: Fate[], schema = kvManager([], null), lostWriteSeconds = 31) {
    this.fates = fates;
    this.schema = schema;
    this.lostWriteSeconds = lostWriteSeconds;
  }

  /** Carries statements out, as a database would. */
  carryOut(statements: string[]): void {
    for (const sql of statements)
      for (const { provides } of readSqlFile(sql, "sent").statements)
        this.schema = withObject(this.schema, provides);
  }

  async write(statements: string[]): Promise<Snapshot> {
    this.writes.push(statements.length);
    const fate = this.fates.shift() ?? carriedOut;
    const error = fate(this, statements);
    if (error !== null) throw error;
    return this.schema;
  }

  async inspect(): Promise<Snapshot> {
    this.reads++;
    const error = this.readErrors.shift() ?? null;
    if (error !== null) throw error;
    return this.schema;
  }
}

/** What happens to a batch; returns what is thrown, or null if it is answered. */
type Fate = (database: FakeDatabase, statements: string[]) => Error | null;

/** Only the first `count` statements are there afterwards. */
const onlyFirst =
  (count: number, error: Error | null = null): Fate =>
  (database, statements) => {
    database.carryOut(statements.slice(0, count));
    return error;
  };
const carriedOut = onlyFirst(Number.POSITIVE_INFINITY);
const failsBefore = (error: Error) => onlyFirst(0, error);
const failsAfter = (error: Error) => onlyFirst(Number.POSITIVE_INFINITY, error);
/** Another run has already applied the first `count` statements, so the batch is rolled back. */
const overtaken = (count: number) => onlyFirst(count, duplicate);
/** The database has a table that conflicts afterwards. */
const endsInConflict =
  (error: Error | null = null): Fate =>
  (database) => {
    database.schema = withTable(database.schema, { ...jobAuditEvents, withoutRowid: true });
    return error;
  };

const duplicate = failureSaying("duplicate column name: current_key: SQLITE_ERROR");
const locked = failureSaying("database is locked: SQLITE_BUSY");
const overloaded = failureSaying("D1 DB is overloaded. Requests queued for too long. [code: 7429]");
const lost = failureSaying("fetch failed");
const timeout = new Problem("TIMEOUT", "Wrangler did not answer.", "Run this again.");
const unreadable = failureSaying("what is this");
const login = failureSaying("Authentication error [code: 10000]");
const byReason = (...errors: Problem[]) => titled(errors, ({ brief }) => brief);
const noWrangler = new Problem("WRANGLER_NOT_FOUND", "No wrangler.", "Install it.");

/**
 * Applies what is missing.
 * @param leaving whether the user wants to leave by now
 * @returns what `apply` returned or threw, and what it did for that
 */
async function run(database: FakeDatabase, waiting = new RecordedWaiting(), leaving = () => false) {
  const options: ApplyOptions = {
    replan,
    wait: (seconds, why) => waiting.wait(seconds, why),
    get interrupted() {
      return leaving();
    },
  };
  const result = await apply(database, replan(database.schema), options).catch((error: unknown) => error);
  return { result, waits: waiting.seconds, writes: database.writes, reads: database.reads };
}

/** The same for a user who wants to leave from the start. */
const runWhileLeaving = (database: FakeDatabase) => run(database, new RecordedWaiting(), () => true);

const complete = {
  verified: {
    statements: [],
    conflicts: [],
    migrations: ["001", "002", "003"].map((id) => ({ id, status: "applied" })),
  },
} as object as Partial<Applied>;
/** The same, with who added it and the number of statements in this run's last batch. */
const completeBy = (addedBy: Applied["addedBy"], ownPlan: number | null) => ({
  ...complete,
  addedBy,
  ownPlan: ownPlan === null ? null : { statements: { length: ownPlan } },
});

/** The waits until a lost batch can no longer be carried out: 31 seconds. */
const untilLost = [2, 4, 8, 16, 1];
/** Why a wait for a lost batch is made. */
const stillChecking = (error: Problem) =>
  `${error.brief} Checking whether the statements are still being carried out.`;

describe("a batch that is answered", () => {
  it("is sent once, and its answer is trusted without another read", async () => {
    const outcome = await run(new FakeDatabase([]));
    expect(outcome).toMatchObject({ result: completeBy("this-run", 6), writes: [6], reads: 0, waits: [] });
  });

  it("contains only what is missing", async () => {
    const database = new FakeDatabase([], kvManager(["metadata TEXT"], [userIndex]));
    expect(await run(database)).toMatchObject({ result: complete, writes: [3] });
  });

  it("fails with SQL_FAILED when the database then has none of it", async () => {
    const { result, writes, waits } = await run(new FakeDatabase([onlyFirst(0)]));
    expect(result).toMatchObject({
      code: "SQL_FAILED",
      message:
        "The database accepted the statements but still lacks table job_audit_events, index idx_job_audit_events_job_id, index idx_job_audit_events_user, column bulk_jobs.current_key, column bulk_jobs.percentage, column bulk_jobs.metadata.",
    });
    expect([writes, waits]).toEqual([[6], []]);
  });

  it("is completed with at most two more batches when the database has only part of it", async () => {
    const part = onlyFirst(1);
    const completed = await run(new FakeDatabase([part, part]));
    expect(completed).toMatchObject({ result: complete, writes: [6, 5, 4] });
    const { result, writes } = await run(new FakeDatabase([part, part, part]));
    expect(result).toMatchObject({
      code: "UNKNOWN_OUTCOME",
      message: expect.stringMatching(/still lacks column bulk_jobs\.current_key,/),
    });
    expect(writes).toEqual([6, 5, 4]);
  });

  it("ends with UNKNOWN_OUTCOME when the database then has a conflict", async () => {
    const { result, writes } = await run(new FakeDatabase([endsInConflict()]));
    expect(result).toMatchObject({
      code: "UNKNOWN_OUTCOME",
      message: expect.stringMatching(/^The database accepted the statements but /),
    });
    expect(writes).toEqual([6]);
  });
});

describe("a batch that fails", () => {
  it.each([
    ["a failing statement", failureSaying("no such table: bulk_jobs")],
    ["a rejected login", login],
    ["a quota", failureSaying("exceeded D1's free tier daily row write limit")],
    ["a read-only file", failureSaying("attempt to write a readonly database: SQLITE_READONLY")],
    ["a missing wrangler", noWrangler],
  ])("because of %s reports that failure if nothing has changed, and is not resent", async (_, error) => {
    const database = new FakeDatabase([failsBefore(error)]);
    const before = database.schema;
    expect(await run(database)).toEqual({ result: error, waits: [], writes: [6], reads: 1 });
    expect(database.schema).toBe(before);
  });

  const openFile = failureSaying("EBUSY: resource busy or locked, rmdir 'C:\\Temp\\miniflare-1'");
  it.each(byReason(lost, timeout, unreadable, openFile, failureSaying("D1_RESET_DO")))(
    "but may have been carried out succeeds if everything is there, added by an unknown run: %s",
    async (_, error) => {
      const outcome = await run(new FakeDatabase([failsAfter(error)]));
      expect(outcome).toMatchObject({ result: completeBy("unknown", 6), writes: [6], reads: 1, waits: [] });
    },
  );

  it.each(byReason(duplicate, overloaded, locked))(
    "and was rolled back succeeds if everything is there, added by another run: %s",
    async (_, error) => {
      const { result, ...rest } = await run(new FakeDatabase([failsAfter(error)]));
      expect(result).toMatchObject(completeBy("another-run", null));
      expect(rest).toEqual({ writes: [6], reads: 1, waits: [] });
    },
  );

  it.each([
    // Only the last batch is this run's own, so an undo removes nothing that another run added.
    ["one statement", { counts: [1], writes: [6, 5], addedBy: "this-run", ownPlan: 5 }],
    ["one statement, and then two", { counts: [1, 2], writes: [6, 5, 3], addedBy: "this-run", ownPlan: 3 }],
    [
      "four statements, and then the rest",
      { counts: [4, 2], writes: [6, 2], addedBy: "another-run", ownPlan: null },
    ],
  ] as const)(
    "because another run applied %s of it is replanned",
    async (_, { counts, writes, addedBy, ownPlan }) => {
      const { result, ...rest } = await run(new FakeDatabase(counts.map(overtaken)));
      expect(result).toMatchObject(completeBy(addedBy, ownPlan));
      expect(rest).toEqual({ writes, reads: counts.length, waits: [] });
    },
  );

  it("because of other runs every time is replanned at most twice", async () => {
    const outcome = await run(new FakeDatabase([1, 1, 1, 1].map(overtaken)));
    expect(outcome).toEqual({ result: duplicate, waits: [], writes: [6, 5, 4], reads: 3 });
  });

  it("and can no longer be completed reports that failure", async () => {
    const outcome = await run(new FakeDatabase([endsInConflict(duplicate)]));
    expect(outcome).toEqual({ result: duplicate, waits: [], writes: [6], reads: 1 });
  });

  it.each([
    ["a cancellation", new Cancelled()],
    ["a bug", new TypeError("a bug")],
  ])("because of %s throws it without a read", async (_, error) => {
    expect(await run(new FakeDatabase([failsBefore(error)]))).toMatchObject({ result: error, reads: 0 });
  });
});

describe("a batch that the database refused", () => {
  it.each(byReason(locked, overloaded, failureSaying("Currently processing a long-running import.")))(
    "is resent after a wait that shows the reason: %s",
    async (_, error) => {
      const waiting = new RecordedWaiting();
      const database = new FakeDatabase([failsBefore(error), failsBefore(error)]);
      const outcome = await run(database, waiting);
      expect(outcome).toMatchObject({ result: complete, waits: [2, 4], writes: [6, 6, 6], reads: 2 });
      expect(new Set(waiting.reasons)).toEqual(new Set([error.brief]));
    },
  );

  it("is resent at most twice", async () => {
    const fates = Array.from({ length: 9 }, () => failsBefore(locked));
    const outcome = await run(new FakeDatabase(fates));
    expect(outcome).toEqual({ result: locked, waits: [2, 4], writes: [6, 6, 6], reads: 3 });
  });

  it("and then fails for a different reason reports that reason", async () => {
    const other = failureSaying("no such table: bulk_jobs");
    const database = new FakeDatabase([failsBefore(locked), failsBefore(other)]);
    expect(await run(database)).toMatchObject({ result: other, waits: [2], writes: [6, 6] });
  });
});

describe("a batch whose response was lost", () => {
  it.each(byReason(lost, timeout, unreadable, failureSaying("internal error; reference = x")))(
    "reports that failure once it can no longer be carried out: %s",
    async (_, error) => {
      const waiting = new RecordedWaiting();
      const outcome = await run(new FakeDatabase([failsBefore(error)]), waiting);
      expect(outcome).toEqual({ result: error, waits: untilLost, writes: [6], reads: 6 });
      expect(waiting.total).toBe(31);
      expect(new Set(waiting.reasons)).toEqual(new Set([stillChecking(error)]));
    },
  );

  it.each([
    [1, [2]],
    [5, [2, 4]],
    [30, [2, 4, 8, 16]],
    [31, untilLost],
  ])("succeeds when it is carried out after %d s", async (landsAfter, waits) => {
    let sent: string[] = [];
    const onItsWay: Fate = (_, statements) => {
      sent = statements;
      return lost;
    };
    const database = new FakeDatabase([onItsWay]);
    const waiting = new RecordedWaiting((passed) => {
      if (passed < landsAfter) return;
      database.carryOut(sent);
      sent = [];
    });
    const { result, ...rest } = await run(database, waiting);
    expect(result).toMatchObject(completeBy("unknown", 6));
    expect(rest).toEqual({ waits, writes: [6], reads: waits.length + 1 });
  });

  it("is not waited for if it went to a local database, because it ended with its processes", async () => {
    const database = new FakeDatabase([failsBefore(lost)], kvManager([], [jobIndex]), 0);
    expect(await run(database)).toEqual({ result: lost, waits: [], writes: [4], reads: 1 });
  });

  it("is replanned immediately when another run has applied part of it", async () => {
    const outcome = await run(new FakeDatabase([onlyFirst(3, lost)]));
    expect(outcome).toMatchObject({ result: complete, waits: [], writes: [6, 3] });
  });
});

describe("the read after a failed batch", () => {
  const never = (error: Problem) => Array.from({ length: 20 }, () => error);

  it.each<[string, Problem, (Problem | null)[], number[]]>([
    ["a lost response", lost, never(timeout), [...untilLost, 14]],
    ["a lost response and two good reads", lost, [null, null, ...never(timeout)], [...untilLost, 14]],
    [
      "a lost response and five good reads",
      lost,
      [null, null, null, null, null, timeout, timeout],
      [...untilLost, 14],
    ],
    ["a failed statement", duplicate, never(login), [2, 4, 8]],
    ["a refused batch", locked, never(lost), [2, 4, 8]],
    ["a batch that was never sent", noWrangler, never(lost), [2, 4, 8]],
  ])(
    "is retried after %s until time is up, and the outcome is unknown",
    async (_, error, readErrors, waits) => {
      const database = new FakeDatabase([failsBefore(error)]);
      database.readErrors = readErrors;
      const last = readErrors.at(-1);
      const { result, ...rest } = await run(database);
      expect(result).toMatchObject({
        code: "UNKNOWN_OUTCOME",
        message: `The upgrade was sent, and then the database could not be read. It is either unchanged or fully upgraded. ${error.message} Reading it afterwards failed: ${last?.message}`,
        advice: "Check it once it responds. Running the upgrade again is safe: it adds only what is missing.",
      });
      expect(rest).toEqual({ writes: [6], waits, reads: waits.length + 1 });
    },
  );

  it("is retried for 14 seconds even if the batch ended with its processes", async () => {
    const database = new FakeDatabase([failsBefore(lost)], kvManager([], null), 0);
    database.readErrors = never(timeout);
    expect(await run(database)).toMatchObject({ result: { code: "UNKNOWN_OUTCOME" }, waits: [2, 4, 8] });
  });

  it("gives the reason for each wait", async () => {
    const waiting = new RecordedWaiting();
    const database = new FakeDatabase([failsBefore(lost)]);
    database.readErrors = [timeout, null, login];
    await run(database, waiting);
    const checking = stillChecking(lost);
    expect(waiting.reasons).toEqual([timeout.message, checking, login.brief, checking, checking]);
  });

  it.each<[string, (Problem | null)[], number[]]>([
    ["at first", [lost], untilLost],
    ["from time to time", [null, timeout, null, login, null], untilLost],
    ["until the batch can no longer be carried out", [lost, lost, lost, lost, lost], untilLost],
    ["until the last retry", [lost, lost, lost, lost, lost, lost], [...untilLost, 14]],
  ])("that fails %s and then shows no change reports the lost response", async (_, errors, waits) => {
    const database = new FakeDatabase([failsBefore(lost)]);
    database.readErrors = errors;
    expect(await run(database)).toEqual({ result: lost, waits, writes: [6], reads: waits.length + 1 });
  });

  it.each([
    ["once", 1, [2]],
    ["three times", 3, [2, 4, 8]],
    ["six times", 6, [...untilLost, 14]],
  ])("that fails %s and then shows everything means success", async (_, times, waits) => {
    const database = new FakeDatabase([failsAfter(lost)]);
    database.readErrors = never(timeout).slice(0, times);
    expect(await run(database)).toMatchObject({ result: complete, waits, writes: [6], reads: times + 1 });
  });

  it("that fails once after a failed statement and then shows no change reports that statement's failure", async () => {
    const refused = failureSaying("too many columns: SQLITE_ERROR");
    const database = new FakeDatabase([failsBefore(refused)]);
    database.readErrors = [login];
    expect(await run(database)).toEqual({ result: refused, waits: [2], writes: [6], reads: 2 });
  });

  it.each([
    ["a column", duplicate],
    ["a table", failureSaying("table job_audit_events already exists: SQLITE_ERROR")],
  ])(
    "that does not show %s that exists according to the error reports the contradiction, and nothing is resent",
    async (_, error) => {
      const { result, ...rest } = await run(new FakeDatabase([failsBefore(error)]));
      expect(rest).toEqual({ waits: [], writes: [6], reads: 1 });
      expect(result).toMatchObject({
        code: "SQL_FAILED",
        message: expect.stringMatching(/is inconsistent.*its schema does not show it\. Wrangler said: /),
        advice: expect.stringMatching(
          /Time Travel restore.*Wait a few minutes.*add nothing by hand.*Cloudflare/,
        ),
      });
    },
  );

  it("that fails once after a refused batch is repeated, and the batch is resent", async () => {
    const database = new FakeDatabase([failsBefore(locked)]);
    database.readErrors = [locked];
    expect(await run(database)).toMatchObject({ result: complete, waits: [2, 2], writes: [6, 6], reads: 2 });
  });

  it.each([
    ["at once", 0],
    ["after two failures", 2],
  ])("that hits a bug %s throws the bug", async (_, after) => {
    const bug = new TypeError("a bug");
    const database = new FakeDatabase([failsBefore(lost)]);
    database.readErrors = [...never(timeout).slice(0, after), bug];
    expect((await run(database)).result).toBe(bug);
  });
});

describe("a user who wants to leave", () => {
  it("still gets the whole batch, verified", async () => {
    const outcome = await runWhileLeaving(new FakeDatabase([]));
    expect(outcome).toMatchObject({ result: complete, writes: [6], waits: [] });
  });

  it("is shown UNKNOWN_OUTCOME, not the cancellation, when only part of the batch is there", async () => {
    const outcome = await runWhileLeaving(new FakeDatabase([onlyFirst(1)]));
    expect(outcome).toMatchObject({ result: { code: "UNKNOWN_OUTCOME" }, writes: [6] });
  });

  it.each([
    ["a refused batch", failsBefore(locked)],
    ["a batch that failed because another run had applied part of it", overtaken(2)],
  ])("gets nothing resent after %s", async (_, fate) => {
    const outcome = await runWhileLeaving(new FakeDatabase([fate]));
    expect(outcome).toEqual({ result: expect.any(Cancelled), waits: [], writes: [6], reads: 1 });
  });

  it.each([
    ["first", { wait: 1, waits: [2], writes: [6], reads: 1 }],
    ["second", { wait: 2, waits: [2, 4], writes: [6, 6], reads: 2 }],
  ])(
    "gets nothing resent when leaving during the %s wait after a refused batch",
    async (_, { wait, ...sent }) => {
      const waiting = new RecordedWaiting();
      const database = new FakeDatabase(Array.from({ length: wait }, () => failsBefore(locked)));
      const outcome = await run(database, waiting, () => waiting.seconds.length >= wait);
      expect(outcome).toEqual({ result: expect.any(Cancelled), ...sent });
    },
  );

  it("is shown the failure, not the cancellation", async () => {
    const error = failureSaying("no such table: bulk_jobs");
    const outcome = await runWhileLeaving(new FakeDatabase([failsBefore(error)]));
    expect(outcome).toEqual({ result: error, waits: [], writes: [6], reads: 1 });
  });

  it("is shown success when another run has completed the upgrade", async () => {
    const outcome = await runWhileLeaving(new FakeDatabase([overtaken(6)]));
    expect(outcome).toMatchObject({ result: complete, writes: [6] });
  });

  it("waits until a lost batch can no longer be carried out", async () => {
    const outcome = await runWhileLeaving(new FakeDatabase([failsBefore(lost)]));
    expect(outcome).toEqual({ result: lost, waits: untilLost, writes: [6], reads: 6 });
  });

  it("waits for a database that cannot be read, until the outcome is unknown", async () => {
    const database = new FakeDatabase([failsBefore(locked)]);
    database.readErrors = [timeout, timeout, timeout, timeout];
    const { result, ...rest } = await runWhileLeaving(database);
    expect(result).toMatchObject({ code: "UNKNOWN_OUTCOME" });
    expect(rest).toEqual({ waits: [2, 4, 8], writes: [6], reads: 4 });
  });
});
