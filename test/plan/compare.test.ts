import { describe, expect, it } from "vitest";
import type { Index, Snapshot } from "../../src/database/snapshot.js";
import { type Plan, planUpgrade } from "../../src/plan/plan.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { catalogFor } from "../support/catalogs.js";
import {
  bulkJobs,
  column,
  indexOf,
  jobAuditEvents,
  jobIndex,
  kvManager,
  laterColumns,
  tableOf,
  userIndex,
  without,
  withTable,
} from "../support/snapshots.js";

const catalog = catalogFor("1");
const plan = (snapshot: Snapshot) => planUpgrade(snapshot, catalog);
const complete = kvManager([...laterColumns], [jobIndex, userIndex]);
const statuses = (p: Plan) => p.migrations.map((m) => m.status).join(" ");
const added = laterColumns.map((c) => `column bulk_jobs.${c.split(" ")[0]}`);

/** The complete database, with the columns of job_audit_events changed. */
const eventsWith = (change: (columns: typeof jobAuditEvents.columns) => typeof jobAuditEvents.columns) =>
  withTable(complete, { ...jobAuditEvents, columns: change(jobAuditEvents.columns) });
const replaced = (name: string, by: ReturnType<typeof column>) =>
  eventsWith((columns) => columns.map((c) => (c.name === name ? by : c)));
const jobsWith = (...later: Parameters<typeof bulkJobs>[0]) => withTable(complete, bulkJobs(later));
const indexedAs = (index: Index): Snapshot => ({
  ...complete,
  indexes: [...complete.indexes.filter((i) => i.name !== jobIndex.name), index],
});
const indexed = (...more: Index[]): Snapshot => ({ ...complete, indexes: [...complete.indexes, ...more] });
const needs = "and KV Manager needs it ON job_audit_events (job_id, timestamp DESC).";
const id = jobIndex.name;

describe("a conflict", () => {
  it.each<[string, Snapshot, string, string[]]>([
    [
      "a view by the table's name",
      {
        ...without(complete, "job_audit_events"),
        others: [{ kind: "view", name: "job_audit_events" }],
      },
      "001",
      ['"job_audit_events" is a view, not a table.'],
    ],
    [
      "a virtual table by the table's name",
      {
        ...without(complete, "job_audit_events"),
        others: [{ kind: "virtual", name: "job_audit_events" }],
      },
      "001",
      ['"job_audit_events" is a virtual table, not a table.'],
    ],
    [
      "a table that lacks columns",
      eventsWith((columns) => columns.filter((c) => c.name !== "details" && c.name !== "event_type")),
      "001",
      ['The table "job_audit_events" has no columns "event_type", "details", which KV Manager writes.'],
    ],
    [
      "a table with one more NOT NULL column",
      eventsWith((columns) => [...columns, column("tenant TEXT !")]),
      "001",
      ["The column job_audit_events.tenant is NOT NULL without a default, and KV Manager does not fill it."],
    ],
    [
      "a column that is NOT NULL without a default",
      replaced("details", column("details TEXT !")),
      "001",
      [
        "The column job_audit_events.details is NOT NULL without a default, and KV Manager sometimes leaves it empty.",
      ],
    ],
    [
      "a computed column",
      replaced("details", column("details TEXT", { generated: true })),
      "001",
      ["The column job_audit_events.details is a generated column, so KV Manager cannot write to it."],
    ],
    ...[column("id TEXT", { primaryKey: 1 }), column("id INT", { primaryKey: 1 }), column("id INTEGER")].map(
      (key): [string, Snapshot, string, string[]] => [
        `a key that does not number itself: ${key.type} ${key.primaryKey}`,
        replaced("id", key),
        "001",
        ["The column job_audit_events.id does not number its rows automatically, which KV Manager needs."],
      ],
    ),
    [
      "a key of two columns",
      withTable(replaced("job_id", column("job_id TEXT !", { primaryKey: 2 })), {
        ...jobAuditEvents,
        columns: jobAuditEvents.columns.map((c) => (c.name === "job_id" ? { ...c, primaryKey: 2 } : c)),
      }),
      "001",
      ["The column job_audit_events.id does not number its rows automatically, which KV Manager needs."],
    ],
    [
      "a table without row ids",
      withTable(complete, { ...jobAuditEvents, withoutRowid: true }),
      "001",
      ["The column job_audit_events.id does not number its rows automatically, which KV Manager needs."],
    ],
    [
      "a strict table with another type",
      withTable(complete, {
        ...jobAuditEvents,
        strict: true,
        columns: jobAuditEvents.columns.map((c) => (c.name === "details" ? column("details BLOB") : c)),
      }),
      "001",
      // STRICT does not allow DATETIME either; timestamp keeps it here so that only details differs.
      ["The column job_audit_events.details is BLOB in a STRICT table, and KV Manager needs TEXT."],
    ],
    [
      "a reference to another table",
      withTable(complete, {
        ...jobAuditEvents,
        references: [{ column: "job_id", table: "jobs", to: "id" }],
      }),
      "001",
      ["The column job_audit_events.job_id refers to jobs(id), which would reject KV Manager's rows."],
    ],
    ...[
      { column: "job_id", table: "bulk_jobs", to: "user_email" },
      { column: "job_id", table: "jobs", to: null },
      { column: "user_email", table: "users", to: "email" },
    ].map((reference): [string, Snapshot, string, string[]] => {
      const { column: own, table, to } = reference;
      const target = to === null ? table : `${table}(${to})`;
      return [
        `a reference of ${own} to ${target}`,
        withTable(complete, { ...jobAuditEvents, references: [...jobAuditEvents.references, reference] }),
        "001",
        [`The column job_audit_events.${own} refers to ${target}, which would reject KV Manager's rows.`],
      ];
    }),
    ...[
      { name: "sqlite_autoindex_job_audit_events_1", implied: true, columns: ["job_id"] },
      { name: "one_event_each", implied: false, columns: ["job_id", "event_type"] },
    ].map(({ name, implied, columns }): [string, Snapshot, string, string[]] => [
      `a uniqueness of ${columns.join(", ")}`,
      indexed(indexOf(name, "job_audit_events", columns, { unique: true, implied })),
      "001",
      [
        `The table "job_audit_events" does not allow two rows with the same ${columns.join(", ")}, which KV Manager writes.`,
      ],
    ]),
    [
      "a uniqueness of an expression",
      indexed({
        ...indexOf("mine", "job_audit_events", [], { unique: true }),
        columns: [{ name: null, descending: false }],
      }),
      "001",
      [
        'The table "job_audit_events" does not allow two rows with the same an expression, which KV Manager writes.',
      ],
    ],
    [
      "one more column that is NOT NULL DEFAULT NULL",
      eventsWith((columns) => [...columns, column("tenant TEXT ! = NULL")]),
      "001",
      ["The column job_audit_events.tenant is NOT NULL without a default, and KV Manager does not fill it."],
    ],
    [
      "a column that is NOT NULL DEFAULT (null)",
      replaced("details", column("details TEXT ! = (null)")),
      "001",
      [
        "The column job_audit_events.details is NOT NULL without a default, and KV Manager sometimes leaves it empty.",
      ],
    ],
    [
      "an added column that refers to another table",
      withTable(complete, {
        ...bulkJobs([...laterColumns]),
        references: [{ column: "metadata", table: "documents", to: "id" }],
      }),
      "003",
      ["The column bulk_jobs.metadata refers to documents(id), which would reject KV Manager's rows."],
    ],
    ...[
      indexOf(id, "job_audit_events", ["job_id"]),
      indexOf(id, "job_audit_events", ["timestamp", "job_id"]),
      indexOf(id, "job_audit_events", ["job_id", "timestamp DESC", "details"]),
      indexOf(id, "bulk_jobs", ["job_id", "timestamp DESC"]),
      indexOf(id, "job_audit_events", ["job_id", "timestamp DESC"], { partial: true }),
      indexOf(id, "job_audit_events", ["job_id", "timestamp DESC"], { unique: true }),
      { ...jobIndex, columns: [{ name: null, descending: false }] },
    ].map((index): [string, Snapshot, string, string[]] => {
      const columns = index.columns.map((c) => `${c.name ?? "expression"}${c.descending ? " DESC" : ""}`);
      const text = `${index.unique ? "UNIQUE " : ""}ON ${index.table} (${columns.join(", ")})${index.partial ? " WHERE …" : ""}`;
      return [`an index ${text}`, indexedAs(index), "001", [`The index ${id} is ${text}, ${needs}`]];
    }),
    [
      "a table by the index's name",
      withTable(without(complete, id), tableOf(id, ["a TEXT"])),
      "001",
      [`"${id}" is a table, not an index.`],
    ],
    [
      "an added column that is computed",
      jobsWith(column("current_key TEXT", { generated: true }), "percentage REAL = 0", "metadata TEXT"),
      "002",
      ["The column bulk_jobs.current_key is a generated column, so KV Manager cannot write to it."],
    ],
    [
      "an added column that is NOT NULL without a default",
      jobsWith("current_key TEXT", "percentage REAL !", "metadata TEXT"),
      "002",
      [
        "The column bulk_jobs.percentage is NOT NULL without a default, and KV Manager sometimes leaves it empty.",
      ],
    ],
    [
      "an added column of another type in a strict table",
      withTable(complete, {
        ...bulkJobs(["current_key TEXT", "percentage REAL = 0", "metadata BLOB"]),
        strict: true,
      }),
      "003",
      ["The column bulk_jobs.metadata is BLOB in a STRICT table, and KV Manager needs TEXT."],
    ],
  ])("is reported, and nothing is planned, for %s", (_, found, migration, sentences) => {
    const p = plan(found);
    // Reported once, without its consequences for the table's indexes.
    expect(p.conflicts).toEqual(sentences);
    expect(p.statements).toEqual([]);
    expect(p.migrations.map((m) => [m.id, m.status])).toEqual(
      ["001", "002", "003"].map((m) => [m, m === migration ? "conflict" : "applied"]),
    );
    expect(p.checks.filter((c) => !c.ok).map((c) => c.migration)).toContain(migration);
  });

  it("blocks every statement, even those that could be applied", () => {
    const p = plan(withTable(kvManager([], null), tableOf("job_audit_events", ["id INTEGER"])));
    expect(statuses(p)).toBe("conflict pending pending");
    expect(p.migrations.map((m) => m.missing)).toEqual([[], added.slice(0, 2), added.slice(2)]);
    expect(p.statements).toEqual([]);
  });

  it("is reported once for a view named bulk_jobs, and the database is incomplete", () => {
    const p = plan({ ...without(complete, "bulk_jobs"), others: [{ kind: "view", name: "bulk_jobs" }] });
    expect([p.database, p.statements, p.migrations[1]?.status, p.migrations[2]?.status]).toEqual([
      "incomplete",
      [],
      "conflict",
      "conflict",
    ]);
    // One conflict for all three columns.
    expect(p.conflicts).toEqual(['"bulk_jobs" is a view, not a table.']);
  });

  it("is reported for an index with the table's name", () => {
    const index = indexOf("job_audit_events", "bulk_jobs", ["status"]);
    const p = plan({ ...without(complete, "job_audit_events"), indexes: [index] });
    expect(p.conflicts).toEqual(['"job_audit_events" is an index, not a table.']);
    expect([statuses(p), p.statements]).toEqual(["conflict applied applied", []]);
  });

  it("shows names from the database without their control characters", () => {
    const p = plan(eventsWith((columns) => [...columns, column("x\x07\x1b[31my TEXT !")]));
    expect(p.conflicts).toEqual([
      "The column job_audit_events.x\\x07y is NOT NULL without a default, and KV Manager does not fill it.",
    ]);
  });
});

describe("harmless differences", () => {
  const jobs = (later: string[], sentence: string): [string, Snapshot, string] => [
    later.join(", "),
    jobsWith(...later),
    sentence,
  ];
  it.each<[string, Snapshot, string]>([
    jobs(
      ["current_key VARCHAR(255)", "percentage REAL = 0", "metadata TEXT"],
      "The column bulk_jobs.current_key is VARCHAR(255) instead of TEXT; it still works.",
    ),
    jobs(
      ["current_key", "percentage REAL = 0", "metadata TEXT"],
      "The column bulk_jobs.current_key is untyped instead of TEXT; it still works.",
    ),
    jobs(
      ["current_key TEXT", "percentage REAL", "metadata TEXT"],
      "The column bulk_jobs.percentage is REAL instead of REAL DEFAULT 0; it still works.",
    ),
    jobs(
      ["current_key TEXT", "percentage REAL = 1", "metadata TEXT"],
      "The column bulk_jobs.percentage is REAL DEFAULT 1 instead of REAL DEFAULT 0; it still works.",
    ),
    jobs(
      ["current_key TEXT", "percentage REAL = 0", "metadata TEXT ! = '{}'"],
      "The column bulk_jobs.metadata is TEXT NOT NULL DEFAULT '{}' instead of TEXT; it still works.",
    ),
    jobs(
      ["current_key TEXT = 'a'", "percentage REAL = 0", "metadata TEXT"],
      "The column bulk_jobs.current_key is TEXT DEFAULT 'a' instead of TEXT; it still works.",
    ),
    [
      "a missing reference",
      withTable(complete, { ...jobAuditEvents, references: [] }),
      "The column job_audit_events.job_id has no reference to bulk_jobs(job_id); it still works.",
    ],
    [
      "another order in an index",
      indexedAs(indexOf(id, "job_audit_events", ["job_id", "timestamp"])),
      `The index ${id} is ON job_audit_events (job_id, timestamp) instead of ON job_audit_events (job_id, timestamp DESC); it still works.`,
    ],
  ])("are reported without a conflict: %s", (_, found, sentence) => {
    const p = plan(found);
    expect(p.differences).toEqual([sentence]);
    expect([statuses(p), p.conflicts, p.statements]).toEqual(["applied applied applied", [], []]);
    expect(p.checks.every((c) => c.ok)).toBe(true);
    expect(p.checks.filter((c) => c.actual !== c.expected).length).toBe(
      found.tables.length === 5 && /reference/.test(sentence) ? 0 : 1,
    );
  });

  it.each(["0", "0.0", "(0)", "+0", "0e0"])("do not include DEFAULT %s, which also means 0", (value) => {
    expect(
      plan(jobsWith("current_key TEXT", `percentage REAL = ${value}`, "metadata TEXT")).differences,
    ).toEqual([]);
  });

  it.each(["NULL", "null"])("do not include DEFAULT %s, nor the case and spacing of a type", (value) => {
    expect(
      plan(jobsWith(`current_key TEXT = ${value}`, "percentage real = 0", "metadata  text")).differences,
    ).toEqual([]);
  });

  it.each([
    ["'a'", "'A'", 1],
    ["'a'", "'a'", 0],
    ["CURRENT_TIMESTAMP", "current_timestamp", 0],
    ["(datetime('now'))", "datetime('now')", 0],
    ["''", "NULL", 1],
  ])("compare defaults by value: %s is expected and %s is found", (wanted, found, count) => {
    const { statements } = readSqlFile(`CREATE TABLE notes (a TEXT DEFAULT ${wanted})`, "004");
    const more = { id: "004", name: "notes", title: "Notes.", version: "1.0.0", since: null, statements };
    const p = planUpgrade(withTable(complete, tableOf("notes", [`a TEXT = ${found}`])), {
      ...catalog,
      migrations: [...catalog.migrations, more],
    });
    expect([p.conflicts, p.differences.length]).toEqual([[], count]);
  });

  it("do not include a foreign key without a column name, since it refers to the primary key", () => {
    const references = [{ column: "job_id", table: "Bulk_Jobs", to: null }];
    const p = plan(withTable(complete, { ...jobAuditEvents, references }));
    expect([statuses(p), p.conflicts, p.differences]).toEqual(["applied applied applied", [], []]);
  });

  it("do not keep a missing column from being added", () => {
    const p = plan(withTable(complete, bulkJobs(["current_key BLOB", "percentage REAL = 0"])));
    expect(p.statements.map((s) => s.sql)).toEqual(["ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT"]);
    expect(p.differences).toHaveLength(1);
  });

  it("do not include extra columns, indexes or triggers", () => {
    const found = jobsWith(...laterColumns, "team TEXT", "level INTEGER ! = 1");
    const p = plan({
      ...found,
      indexes: [...found.indexes, indexOf("mine", "bulk_jobs", ["team"])],
      triggers: [{ name: "job_audit_events_log", table: "bulk_jobs" }],
    });
    expect([statuses(p), p.conflicts, p.differences]).toEqual(["applied applied applied", [], []]);
  });
});
