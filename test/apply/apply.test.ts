import { describe, expect, it } from "vitest";
import { apply, type Writable } from "../../src/apply/apply.js";
import { failureFrom } from "../../src/database/failures.js";
import type { Snapshot } from "../../src/database/snapshot.js";
import { loadCatalogue } from "../../src/plan/catalogue.js";
import { withObject } from "../../src/plan/compare.js";
import { type Plan, planUpgrade } from "../../src/plan/plan.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { Cancelled, Problem } from "../../src/problem.js";
import { jobAuditEvents, jobIndex, kvManager, tableOf, userIndex, withTable } from "../support/snapshots.js";
import { RecordedWaiting } from "../support/waiting.js";

const catalogue = loadCatalogue();
const replan = (found: Snapshot) => planUpgrade(found, catalogue);
const failure = (text: string) => failureFrom({ text, code: null });

/** A schema to which statements may be sent; what becomes of each batch is told before. */
class FakeDatabase implements Writable {
  schema: Snapshot;
  /** How many statements each batch had. */
  readonly writes: number[] = [];
  reads = 0;
  readonly lostWriteSeconds: number;
  /** Thrown by the next readings, in turn; null lets one pass. */
  readErrors: (Error | null)[] = [];
  private readonly fates: Fate[];

  /** @param fates of each batch in turn; those that are sent besides are carried out */
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

/** What becomes of a batch; gives what is thrown, null when it is answered. */
type Fate = (database: FakeDatabase, statements: string[]) => Error | null;

const carriedOut: Fate = (database, statements) => {
  database.carryOut(statements);
  return null;
};
const failsBefore =
  (error: Error): Fate =>
  () =>
    error;
const failsAfter =
  (error: Error): Fate =>
  (database, statements) => {
    database.carryOut(statements);
    return error;
  };
/** Somebody else has already done the first so many of the statements, so that the batch is undone. */
const overtaken =
  (count: number): Fate =>
  (database, statements) => {
    database.carryOut(statements.slice(0, count));
    return duplicate;
  };

const duplicate = failure("duplicate column name: current_key: SQLITE_ERROR");
const locked = failure("database is locked: SQLITE_BUSY");
const overloaded = failure("D1 DB is overloaded. Requests queued for too long. [code: 7429]");
const lost = failure("fetch failed");
const timeout = new Problem("TIMEOUT", "Wrangler did not answer.", "Run this again.");
const unreadable = failure("what is this");

/** Applies what is missing; gives the plan afterwards or what was thrown. */
async function run(database: FakeDatabase, waiting = new RecordedWaiting(), interrupted = false) {
  const plan = replan(database.schema);
  const course = { replan, interrupted, wait: (seconds: number, why: string) => waiting.wait(seconds, why) };
  const result = await apply(database, plan, course).catch((error: unknown) => error);
  return { result, waits: waiting.seconds, writes: database.writes, reads: database.reads };
}

const complete = {
  statements: [],
  conflicts: [],
  migrations: ["001", "002", "003"].map((id) => ({ id, status: "applied" })),
} as object as Partial<Plan>;

describe("a batch that is answered", () => {
  it("is sent once, and the answer is believed", async () => {
    expect(await run(new FakeDatabase([]))).toMatchObject({
      ...{ result: complete, writes: [6], reads: 0, waits: [] },
    });
  });

  it("has only what is missing", async () => {
    const database = new FakeDatabase([], kvManager(["metadata TEXT"], [userIndex]));
    expect(await run(database)).toMatchObject({ result: complete, writes: [3] });
  });

  it("is no success when the database has nothing of it", async () => {
    expect(await run(new FakeDatabase([() => null]))).toMatchObject({
      result: {
        code: "SQL_FAILED",
        message:
          "The database took the statements, but it still lacks table job_audit_events, index idx_job_audit_events_job_id, index idx_job_audit_events_user, column bulk_jobs.current_key, column bulk_jobs.percentage, column bulk_jobs.metadata.",
      },
      ...{ writes: [6], waits: [] },
    });
  });

  it("is completed when the database has only a part of it, but not for ever", async () => {
    const part: Fate = (database, statements) => {
      database.carryOut(statements.slice(0, 1));
      return null;
    };
    expect(await run(new FakeDatabase([part, part]))).toMatchObject({ result: complete, writes: [6, 5, 4] });
    expect(await run(new FakeDatabase([part, part, part]))).toMatchObject({
      result: {
        code: "UNKNOWN_OUTCOME",
        message: expect.stringMatching(/still lacks column bulk_jobs\.current_key,/),
      },
      writes: [6, 5, 4],
    });
  });

  it("is no success when what is there cannot serve", async () => {
    const strange: Fate = (database) => {
      database.schema = withTable(database.schema, tableOf("job_audit_events", ["id INTEGER"]));
      return null;
    };
    expect(await run(new FakeDatabase([strange]))).toMatchObject({
      result: {
        code: "UNKNOWN_OUTCOME",
        message: expect.stringMatching(/^The database took the statements, but /),
      },
      writes: [6],
    });
  });
});

describe("a batch that fails", () => {
  it.each([
    ["a statement", failure("no such table: bulk_jobs")],
    ["the login", failure("Authentication error [code: 10000]")],
    ["the quota", failure("exceeded D1's free tier daily row write limit")],
    ["a file", failure("attempt to write a readonly database: SQLITE_READONLY")],
    ["the wrangler", new Problem("WRANGLER_NOT_FOUND", "No wrangler.", "Install it.")],
  ])("for %s with the state before is that failure, and nothing is sent again", async (_, error) => {
    const database = new FakeDatabase([failsBefore(error)]);
    const before = database.schema;
    expect(await run(database)).toEqual({ result: error, waits: [], writes: [6], reads: 1 });
    expect(database.schema).toBe(before);
  });

  it.each([lost, timeout, unreadable, duplicate, overloaded, locked])(
    "after it was carried out is success: $code",
    async (error) => {
      expect(await run(new FakeDatabase([failsAfter(error)]))).toMatchObject({
        ...{ result: complete, writes: [6], reads: 1, waits: [] },
      });
    },
  );

  it("because somebody else was faster is success", async () => {
    expect(await run(new FakeDatabase([overtaken(6)]))).toMatchObject({
      result: complete,
      writes: [6],
      reads: 1,
    });
  });

  it.each([
    [[1], [6, 5]],
    [
      [1, 2],
      [6, 5, 3],
    ],
    [
      [4, 2],
      [6, 2],
    ],
  ])("because somebody else did %j of it is planned anew", async (counts, writes) => {
    const { result, ...rest } = await run(new FakeDatabase(counts.map(overtaken)));
    expect(result).toMatchObject(complete);
    expect(rest).toEqual({ writes, reads: counts.length, waits: [] });
  });

  it("again and again is planned anew twice at most", async () => {
    const fates = [overtaken(1), overtaken(1), overtaken(1), overtaken(1)];
    expect(await run(new FakeDatabase(fates))).toEqual({
      ...{ result: duplicate, waits: [], writes: [6, 5, 4], reads: 3 },
    });
  });

  it("and now cannot be completed is that failure", async () => {
    const strange: Fate = (database) => {
      database.schema = withTable(database.schema, { ...jobAuditEvents, withoutRowid: true });
      return duplicate;
    };
    expect(await run(new FakeDatabase([strange]))).toEqual({
      ...{ result: duplicate, waits: [], writes: [6], reads: 1 },
    });
  });

  it.each([new Cancelled(), new TypeError("a bug")])("with %s is not looked into", async (error) => {
    expect(await run(new FakeDatabase([failsBefore(error)]))).toMatchObject({ result: error, reads: 0 });
  });
});

describe("a batch that was certainly refused", () => {
  it.each([locked, overloaded, failure("Currently processing a long-running import.")])(
    "is sent again after a wait: $code",
    async (error) => {
      const waiting = new RecordedWaiting();
      const database = new FakeDatabase([failsBefore(error), failsBefore(error)]);
      expect(await run(database, waiting)).toMatchObject({
        ...{ result: complete, waits: [2, 4], writes: [6, 6, 6], reads: 2 },
      });
      expect(new Set(waiting.reasons)).toEqual(new Set([error.message]));
    },
  );

  it("is sent again twice at most", async () => {
    const fates = Array.from({ length: 9 }, () => failsBefore(locked));
    expect(await run(new FakeDatabase(fates))).toEqual({
      ...{ result: locked, waits: [2, 4], writes: [6, 6, 6], reads: 3 },
    });
  });

  it("and then fails for another reason ends with that one", async () => {
    const other = failure("no such table: bulk_jobs");
    const database = new FakeDatabase([failsBefore(locked), failsBefore(other)]);
    expect(await run(database)).toMatchObject({ result: other, waits: [2], writes: [6, 6] });
  });
});

describe("a batch whose answer was lost", () => {
  const why = (error: Problem) =>
    `${error.message} Making sure that the statements are not still on their way.`;

  it.each([lost, timeout, unreadable, failure("internal error; reference = x")])(
    "and that never lands is that failure, once it can no longer land: $code",
    async (error) => {
      const waiting = new RecordedWaiting();
      expect(await run(new FakeDatabase([failsBefore(error)]), waiting)).toEqual({
        ...{ result: error, waits: [2, 4, 8, 16, 1], writes: [6], reads: 6 },
      });
      expect(waiting.total).toBe(31);
      expect(new Set(waiting.reasons)).toEqual(new Set([why(error)]));
    },
  );

  it.each([
    [1, [2]],
    [5, [2, 4]],
    [30, [2, 4, 8, 16]],
    [31, [2, 4, 8, 16, 1]],
  ])("and that lands after %d seconds is success", async (landsAfter, waits) => {
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
    expect(await run(database, waiting)).toMatchObject({
      ...{ result: complete, waits, writes: [6], reads: waits.length + 1 },
    });
  });

  it("to a local database is over with its processes", async () => {
    const database = new FakeDatabase([failsBefore(lost)], kvManager([], [jobIndex]), 0);
    expect(await run(database)).toEqual({ result: lost, waits: [], writes: [4], reads: 1 });
  });

  it("while somebody else did a part is planned anew at once", async () => {
    const fate: Fate = (database, statements) => {
      database.carryOut(statements.slice(0, 3));
      return lost;
    };
    expect(await run(new FakeDatabase([fate]))).toMatchObject({
      ...{ result: complete, waits: [], writes: [6, 3] },
    });
  });
});

describe("a database that cannot be read afterwards", () => {
  it.each([
    ["a lost answer", lost, [lost], []],
    ["a lost answer, later", lost, [null, null, timeout], [2, 4]],
    ["a failed statement", duplicate, [failure("Authentication error [code: 10000]")], []],
    ["a refused batch", locked, [locked], []],
  ])("after %s: the outcome is not known", async (_, error, readErrors, waits) => {
    const database = new FakeDatabase([failsBefore(error)]);
    database.readErrors = readErrors;
    expect(await run(database)).toMatchObject({
      result: {
        code: "UNKNOWN_OUTCOME",
        message: `The upgrade was sent, and then the database could not be read: it is either as it was or complete. ${error.message}`,
        advice:
          'Run "kv-manager-upgrade status" as soon as the database answers again. Running the upgrade again is safe: it adds only what is missing.',
      },
      ...{ writes: [6], waits },
    });
  });

  it("for a bug ends with the bug", async () => {
    const bug = new TypeError("a bug");
    const database = new FakeDatabase([failsBefore(lost)]);
    database.readErrors = [bug];
    expect((await run(database)).result).toBe(bug);
  });
});
