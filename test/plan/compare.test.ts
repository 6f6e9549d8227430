import { describe, expect, it } from "vitest";
import type { Column, Index, Snapshot, Table } from "../../src/database/snapshot.js";
import { planUpgrade } from "../../src/plan/plan.js";
import { catalogFor, withMigration } from "../support/catalogs.js";
import { statusesOf } from "../support/plans.js";
import {
  bulkJobs,
  column,
  completeDatabase,
  indexOf,
  jobAuditEvents,
  jobIndex,
  kvManager,
  laterColumns,
  tableOf,
  without,
  withTable,
} from "../support/snapshots.js";
import { addedBy } from "../support/states.js";

const catalog = catalogFor("1");
const plan = (snapshot: Snapshot) => planUpgrade(snapshot, catalog);

/** The complete database with another job_audit_events, bulk_jobs, or index of job_audit_events. */
const withEvents = (more: Partial<Table>) => withTable(completeDatabase, { ...jobAuditEvents, ...more });
const withJobs = (...later: (string | Column)[]) => withTable(completeDatabase, bulkJobs(later));
const withJobIndex = (index: Index): Snapshot => ({
  ...completeDatabase,
  indexes: [...completeDatabase.indexes.filter((i) => i.name !== jobIndex.name), index],
});

/** The columns of job_audit_events with one more, or with another of the same name. */
const plus = (more: Column) => ({ columns: [...jobAuditEvents.columns, more] });
const changed = (by: Column) => ({
  columns: jobAuditEvents.columns.map((c) => (c.name === by.name ? by : c)),
});

describe("a conflict", () => {
  /** Expects it once, without its consequences for the table's indexes, and that nothing is planned. */
  function expectConflict(found: Snapshot, migration: string, sentence: string): void {
    const p = plan(found);
    expect(p.conflicts).toEqual([sentence]);
    expect(p.statements).toEqual([]);
    expect(p.migrations.map((m) => [m.id, m.status])).toEqual(
      ["001", "002", "003"].map((m) => [m, m === migration ? "conflict" : "applied"]),
    );
    expect(p.checks.filter((c) => !c.ok).map((c) => c.migration)).toContain(migration);
  }

  const noEvents = without(completeDatabase, "job_audit_events");
  it.each<[string, Snapshot, string]>([
    [
      "a view",
      { ...noEvents, others: [{ kind: "view", name: "job_audit_events" }] },
      '"job_audit_events" is a view, not a table.',
    ],
    [
      "a virtual table",
      { ...noEvents, others: [{ kind: "virtual", name: "job_audit_events" }] },
      '"job_audit_events" is a virtual table, not a table.',
    ],
    [
      "an index",
      { ...noEvents, indexes: [indexOf("job_audit_events", "bulk_jobs", ["status"])] },
      '"job_audit_events" is an index, not a table.',
    ],
  ])("is %s with the name of a table that KV Manager needs", (_, found, sentence) => {
    expectConflict(found, "001", sentence);
  });

  const refers = (to: string) => `refers to ${to}, which would reject KV Manager's rows.`;
  const foreignKey = (column: string, table: string, to: string | null) => ({
    references: [...jobAuditEvents.references, { column, table, to }],
  });
  const notNumbered =
    "The column job_audit_events.id does not number its rows automatically, which KV Manager needs.";
  const notFilled =
    "The column job_audit_events.tenant is NOT NULL without a default, and KV Manager does not fill it.";
  const leftEmpty =
    "The column job_audit_events.details is NOT NULL without a default, and KV Manager sometimes leaves it empty.";

  it.each<[string, Partial<Table>, string]>([
    [
      "without columns that KV Manager writes",
      { columns: jobAuditEvents.columns.filter((c) => c.name !== "details" && c.name !== "event_type") },
      'The table "job_audit_events" has no columns "event_type", "details", which KV Manager writes to.',
    ],
    ["with an extra NOT NULL column", plus(column("tenant TEXT !")), notFilled],
    ["with an extra column that is NOT NULL DEFAULT NULL", plus(column("tenant TEXT ! = NULL")), notFilled],
    ["with a column that must not be NOT NULL", changed(column("details TEXT !")), leftEmpty],
    ["with a column that is NOT NULL DEFAULT (null)", changed(column("details TEXT ! = (null)")), leftEmpty],
    [
      "with a generated column",
      changed(column("details TEXT", { generated: true })),
      "The column job_audit_events.details is a generated column, so KV Manager cannot write to it.",
    ],
    ["with a TEXT primary key", changed(column("id TEXT", { primaryKey: 1 })), notNumbered],
    ["with an INT primary key", changed(column("id INT", { primaryKey: 1 })), notNumbered],
    ["without a primary key", changed(column("id INTEGER")), notNumbered],
    ["with a primary key of two columns", changed(column("job_id TEXT !", { primaryKey: 2 })), notNumbered],
    ["that is WITHOUT ROWID", { withoutRowid: true }, notNumbered],
    [
      "that is STRICT with another type",
      // STRICT does not allow DATETIME either; timestamp keeps it here so that only details differs.
      { strict: true, ...changed(column("details BLOB")) },
      "The column job_audit_events.details is BLOB in a STRICT table, and KV Manager needs TEXT.",
    ],
    [
      "with a foreign key to another table instead",
      { references: [{ column: "job_id", table: "jobs", to: "id" }] },
      `The column job_audit_events.job_id ${refers("jobs(id)")}`,
    ],
    [
      "with a second foreign key to another column",
      foreignKey("job_id", "bulk_jobs", "user_email"),
      `The column job_audit_events.job_id ${refers("bulk_jobs(user_email)")}`,
    ],
    [
      "with a second foreign key to another table's primary key",
      foreignKey("job_id", "jobs", null),
      `The column job_audit_events.job_id ${refers("jobs")}`,
    ],
    [
      "with a foreign key of another column",
      foreignKey("user_email", "users", "email"),
      `The column job_audit_events.user_email ${refers("users(email)")}`,
    ],
  ])("is a table %s", (_, more, sentence) => {
    expectConflict(withEvents(more), "001", sentence);
  });

  const uniqueOn = (name: string, columns: string[], implied = false) =>
    indexOf(name, "job_audit_events", columns, { unique: true, implied });
  it.each([
    ["a column", uniqueOn("sqlite_autoindex_job_audit_events_1", ["job_id"], true), "job_id"],
    ["two columns", uniqueOn("one_event_each", ["job_id", "event_type"]), "job_id, event_type"],
    [
      "an expression",
      { ...uniqueOn("mine", []), columns: [{ name: null, descending: false }] },
      "an expression",
    ],
  ])("is a table that allows each value of %s only once", (_, index, same) => {
    const found = { ...completeDatabase, indexes: [...completeDatabase.indexes, index] };
    const sentence = `The table "job_audit_events" does not allow two rows with the same ${same}, which KV Manager writes.`;
    expectConflict(found, "001", sentence);
  });

  const { name, table } = jobIndex;
  const right = ["job_id", "timestamp DESC"];
  it.each<[string, Index, string]>([
    ["with a column less", indexOf(name, table, ["job_id"]), "ON job_audit_events (job_id)"],
    [
      "with its columns in another order",
      indexOf(name, table, ["timestamp", "job_id"]),
      "ON job_audit_events (timestamp, job_id)",
    ],
    [
      "with a column more",
      indexOf(name, table, [...right, "details"]),
      "ON job_audit_events (job_id, timestamp DESC, details)",
    ],
    ["on another table", indexOf(name, "bulk_jobs", right), "ON bulk_jobs (job_id, timestamp DESC)"],
    [
      "of some of the rows",
      indexOf(name, table, right, { partial: true }),
      "ON job_audit_events (job_id, timestamp DESC) WHERE …",
    ],
    [
      "that is unique",
      indexOf(name, table, right, { unique: true }),
      "UNIQUE ON job_audit_events (job_id, timestamp DESC)",
    ],
    [
      "on an expression",
      { ...jobIndex, columns: [{ name: null, descending: false }] },
      "ON job_audit_events (expression)",
    ],
  ])("is an index %s", (_, index, actual) => {
    const needs = "and KV Manager needs it ON job_audit_events (job_id, timestamp DESC).";
    expectConflict(withJobIndex(index), "001", `The index ${name} is ${actual}, ${needs}`);
  });

  it("is a table with the name of an index", () => {
    const found = withTable(without(completeDatabase, name), tableOf(name, ["a TEXT"]));
    expectConflict(found, "001", `"${name}" is a table, not an index.`);
  });

  it.each<[string, Snapshot, string, string]>([
    [
      "that is generated",
      withJobs(column("current_key TEXT", { generated: true }), "percentage REAL = 0", "metadata TEXT"),
      "002",
      "The column bulk_jobs.current_key is a generated column, so KV Manager cannot write to it.",
    ],
    [
      "that is NOT NULL without a default",
      withJobs("current_key TEXT", "percentage REAL !", "metadata TEXT"),
      "002",
      "The column bulk_jobs.percentage is NOT NULL without a default, and KV Manager sometimes leaves it empty.",
    ],
    [
      "with another type in a STRICT table",
      withTable(completeDatabase, {
        ...bulkJobs(["current_key TEXT", "percentage REAL = 0", "metadata BLOB"]),
        strict: true,
      }),
      "003",
      "The column bulk_jobs.metadata is BLOB in a STRICT table, and KV Manager needs TEXT.",
    ],
    [
      "with a foreign key",
      withTable(completeDatabase, {
        ...bulkJobs([...laterColumns]),
        references: [{ column: "metadata", table: "documents", to: "id" }],
      }),
      "003",
      `The column bulk_jobs.metadata ${refers("documents(id)")}`,
    ],
  ])("is a column of a later migration %s", (_, found, migration, sentence) => {
    expectConflict(found, migration, sentence);
  });

  it("blocks every statement, even those that could be applied", () => {
    const p = plan(withTable(kvManager([], null), tableOf("job_audit_events", ["id INTEGER"])));
    expect(statusesOf(p)).toBe("conflict pending pending");
    expect(p.migrations.map((m) => m.missing)).toEqual([[], addedBy["002"], addedBy["003"]]);
    expect(p.statements).toEqual([]);
  });

  it("that concerns three columns is reported once", () => {
    const view = { kind: "view", name: "bulk_jobs" };
    const p = plan({ ...without(completeDatabase, "bulk_jobs"), others: [view] });
    expect(p.conflicts).toEqual(['"bulk_jobs" is a view, not a table.']);
    expect([p.database, p.statements]).toEqual(["incomplete", []]);
    expect(p.migrations.slice(1).map((m) => m.status)).toEqual(["conflict", "conflict"]);
  });

  it("shows names from the database without their control characters", () => {
    const p = plan(withEvents(plus(column("x\x07\x1b[31my TEXT !"))));
    expect(p.conflicts).toEqual([
      "The column job_audit_events.x\\x07y is NOT NULL without a default, and KV Manager does not fill it.",
    ]);
  });
});

describe("a harmless difference", () => {
  /** Expects it, and that nothing else is wrong. */
  function expectDifference(found: Snapshot, sentence: string) {
    const p = plan(found);
    expect(p.differences).toEqual([sentence]);
    expect(statusesOf(p)).toBe("applied applied applied");
    expect([p.conflicts, p.statements]).toEqual([[], []]);
    expect(p.checks.every((c) => c.ok)).toBe(true);
    return p.checks.filter((c) => c.actual !== c.expected);
  }

  it.each<[string, Snapshot, string]>([
    [
      "a column of another type",
      withJobs("current_key VARCHAR(255)", "percentage REAL = 0", "metadata TEXT"),
      "The column bulk_jobs.current_key is VARCHAR(255) instead of TEXT; it still works.",
    ],
    [
      "a column without a type",
      withJobs("current_key", "percentage REAL = 0", "metadata TEXT"),
      "The column bulk_jobs.current_key is untyped instead of TEXT; it still works.",
    ],
    [
      "a column without its default",
      withJobs("current_key TEXT", "percentage REAL", "metadata TEXT"),
      "The column bulk_jobs.percentage is REAL instead of REAL DEFAULT 0; it still works.",
    ],
    [
      "a column with another default",
      withJobs("current_key TEXT", "percentage REAL = 1", "metadata TEXT"),
      "The column bulk_jobs.percentage is REAL DEFAULT 1 instead of REAL DEFAULT 0; it still works.",
    ],
    [
      "a column with a default that it should not have",
      withJobs("current_key TEXT = 'a'", "percentage REAL = 0", "metadata TEXT"),
      "The column bulk_jobs.current_key is TEXT DEFAULT 'a' instead of TEXT; it still works.",
    ],
    [
      "a column that is NOT NULL, with a default",
      withJobs("current_key TEXT", "percentage REAL = 0", "metadata TEXT ! = '{}'"),
      "The column bulk_jobs.metadata is TEXT NOT NULL DEFAULT '{}' instead of TEXT; it still works.",
    ],
    [
      "an index in ascending order",
      withJobIndex(indexOf(jobIndex.name, "job_audit_events", ["job_id", "timestamp"])),
      `The index ${jobIndex.name} is ON job_audit_events (job_id, timestamp) instead of ON job_audit_events (job_id, timestamp DESC); it still works.`,
    ],
  ])("is reported and shown in the list of objects, without a conflict: %s", (_, found, sentence) => {
    expect(expectDifference(found, sentence)).toHaveLength(1);
  });

  it("is reported for a missing foreign key, which the list of objects does not show", () => {
    const sentence =
      "The column job_audit_events.job_id has no reference to bulk_jobs(job_id); it still works.";
    expect(expectDifference(withEvents({ references: [] }), sentence)).toEqual([]);
  });

  it("does not keep a missing column from being added", () => {
    const p = plan(withTable(completeDatabase, bulkJobs(["current_key BLOB", "percentage REAL = 0"])));
    expect(p.statements.map((s) => s.sql)).toEqual(["ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT"]);
    expect(p.differences).toHaveLength(1);
  });

  it.each(["0", "0.0", "(0)", "+0", "0e0"])("is not DEFAULT %s, which also means 0", (value) => {
    const p = plan(withJobs("current_key TEXT", `percentage REAL = ${value}`, "metadata TEXT"));
    expect(p.differences).toEqual([]);
  });

  it.each(["NULL", "null"])("is not DEFAULT %s, which is the same as no default", (value) => {
    expect(plan(withJobs(`current_key TEXT = ${value}`, ...laterColumns.slice(1))).differences).toEqual([]);
  });

  it("is not the case or spacing of a type", () => {
    expect(plan(withJobs("current_key TEXT", "percentage real = 0", "metadata  text")).differences).toEqual(
      [],
    );
  });

  it.each([
    ["'a'", "'A'", 1],
    ["'a'", "'a'", 0],
    ["CURRENT_TIMESTAMP", "current_timestamp", 0],
    ["(datetime('now'))", "datetime('now')", 0],
    ["''", "NULL", 1],
  ])("is found by comparing defaults by value: %s is expected and %s is found", (wanted, found, count) => {
    const p = planUpgrade(
      withTable(completeDatabase, tableOf("notes", [`a TEXT = ${found}`])),
      withMigration(catalog, `CREATE TABLE notes (a TEXT DEFAULT ${wanted})`),
    );
    expect(p.conflicts).toEqual([]);
    expect(p.differences).toHaveLength(count);
  });

  const found = withJobs(...laterColumns, "team TEXT", "level INTEGER ! = 1");
  it.each<[string, Snapshot]>([
    [
      "a foreign key without a column name, which refers to the primary key",
      withEvents({ references: [{ column: "job_id", table: "Bulk_Jobs", to: null }] }),
    ],
    [
      "an extra column, index or trigger",
      {
        ...found,
        indexes: [...found.indexes, indexOf("mine", "bulk_jobs", ["team"])],
        triggers: [{ name: "job_audit_events_log", table: "bulk_jobs" }],
      },
    ],
  ])("is not %s", (_, same) => {
    const p = plan(same);
    expect(statusesOf(p)).toBe("applied applied applied");
    expect([p.conflicts, p.differences]).toEqual([[], []]);
  });
});
