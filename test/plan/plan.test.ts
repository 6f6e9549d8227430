import { describe, expect, it } from "vitest";
import type { Index, Snapshot, Table } from "../../src/database/snapshot.js";
import type { Catalog } from "../../src/plan/catalog.js";
import { withObject } from "../../src/plan/compare.js";
import { labelOf } from "../../src/plan/describe.js";
import { type Plan, planSetup, planUpgrade } from "../../src/plan/plan.js";
import type { SchemaObject } from "../../src/plan/sql-objects.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { catalogFor, withMigration } from "../support/catalogs.js";
import { eraSchemas, seedRows } from "../support/eras.js";
import { inspectSql } from "../support/inspections.js";
import { statusesOf } from "../support/plans.js";
import {
  auditLog,
  bulkJobs,
  completeDatabase,
  emptySnapshot,
  indexOf,
  jobIndex,
  keyMetadata,
  kvManager,
  laterColumns,
  namespaces,
  tableOf,
  userIndex,
  without,
  withTable,
} from "../support/snapshots.js";
import { addedBy, allObjects, states } from "../support/states.js";
import { titled } from "../support/titles.js";

const catalog = catalogFor("1");
const plan = (snapshot: Snapshot, of: Catalog = catalog) => planUpgrade(snapshot, of);

/** The objects that the planned SQL adds, read from the SQL itself. */
const objectsOf = (p: Plan): SchemaObject[] =>
  p.statements.flatMap((s) => readSqlFile(s.sql, "planned").statements.map((t) => t.provides));
const labelsOf = (p: Plan) => objectsOf(p).map(labelOf);
/** The database once the planned SQL has been carried out. */
const carriedOut = (p: Plan, found: Snapshot) => objectsOf(p).reduce(withObject, found);
const missingFrom = (p: Plan) => p.checks.filter((c) => !c.ok).map((c) => c.object);

describe("the plan of an upgrade", () => {
  const eras = [
    {
      name: "before 2025-11-08",
      found: kvManager([], null),
      status: "pending pending pending",
      missing: [addedBy["001"], addedBy["002"], addedBy["003"]],
      era: { from: null, before: "2025-11-08", has: [] },
    },
    {
      name: "2025-11-08 to 2025-11-09",
      found: kvManager(laterColumns.slice(0, 2), null),
      status: "pending applied pending",
      missing: [addedBy["001"], [], addedBy["003"]],
      era: { from: "2025-11-08", before: "2025-11-10", has: ["002"] },
    },
    {
      name: "2025-11-10 to 2025-11-21",
      found: kvManager(laterColumns.slice(0, 2), [jobIndex, userIndex]),
      status: "applied applied pending",
      missing: [[], [], addedBy["003"]],
      era: { from: "2025-11-10", before: "2025-11-22", has: ["001", "002"] },
    },
    {
      name: "from 2025-11-22",
      found: completeDatabase,
      status: "applied applied applied",
      missing: [[], [], []],
      era: { from: "2025-11-22", before: "2025-12-09", has: ["001", "002", "003"] },
    },
  ];
  it.each(titled(eras, ({ name }) => name))(
    "adds exactly what a schema of the era lacks: %s",
    (_, expected) => {
      const { found, status, missing, era } = expected;
      const p = plan(found);
      expect(p.database).toBe("kv-manager");
      expect(statusesOf(p)).toBe(status);
      expect(p.migrations.map((m) => m.missing)).toEqual(missing);
      expect(labelsOf(p)).toEqual(missing.flat());
      expect(p.statements.map((s) => s.migration)).toEqual(
        missing.flatMap((labels, i) => labels.map(() => `00${i + 1}`)),
      );
      expect(p.era).toEqual(era);
      expect([p.conflicts, p.differences, p.remarks]).toEqual([[], [], []]);
      expect(p.checks.map((c) => [c.object, c.ok])).toEqual(
        allObjects.map((label) => [label, !missing.flat().includes(label)]),
      );
    },
  );

  it("has the SQL of the migration files, with its comments", () => {
    expect(plan(kvManager([], [jobIndex, userIndex])).statements).toMatchObject([
      {
        migration: "002",
        sql: "ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT",
        comment: ["The key that the job is working on."],
      },
      {
        migration: "002",
        sql: "ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0",
        comment: ["How much is done, from 0 to 100. Existing jobs have 0; no row is rewritten."],
      },
      {
        migration: "003",
        sql: "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT",
        comment: ["JSON that a batch job keeps about itself, such as the list of its namespaces."],
      },
    ]);
  });

  it("lists every object as expected and as found", () => {
    expect(plan(kvManager(["percentage REAL = 0"], [jobIndex])).checks).toMatchObject([
      {
        migration: "001",
        object: "table job_audit_events",
        expected: "id, job_id, event_type, user_email, timestamp, details",
        actual: "id, job_id, event_type, user_email, timestamp, details",
        ok: true,
      },
      {
        migration: "001",
        object: "index idx_job_audit_events_job_id",
        expected: "ON job_audit_events (job_id, timestamp DESC)",
        actual: "ON job_audit_events (job_id, timestamp DESC)",
        ok: true,
      },
      {
        migration: "001",
        object: "index idx_job_audit_events_user",
        expected: "ON job_audit_events (user_email, timestamp DESC)",
        actual: null,
        ok: false,
      },
      {
        ...{ migration: "002", object: "column bulk_jobs.current_key" },
        ...{ expected: "TEXT", actual: null, ok: false },
      },
      {
        ...{ migration: "002", object: "column bulk_jobs.percentage" },
        ...{ expected: "REAL DEFAULT 0", actual: "REAL DEFAULT 0", ok: true },
      },
      {
        ...{ migration: "003", object: "column bulk_jobs.metadata" },
        ...{ expected: "TEXT", actual: null, ok: false },
      },
    ]);
  });
});

describe("a partly upgraded database", () => {
  it("can be in 40 states", () => expect(states).toHaveLength(40));

  it.each(titled(states, (state) => state.name))(
    "gets exactly what it lacks, and is then complete: %s",
    (_, { sql, missing }) => {
      const found = inspectSql(eraSchemas.oldest + seedRows + sql);
      const p = plan(found);
      const byMigration = Object.values(addedBy).map((all) =>
        all.filter((object) => missing.includes(object)),
      );
      expect(labelsOf(p)).toEqual(missing);
      expect(p.migrations.map((m) => m.missing)).toEqual(byMigration);
      expect(p.migrations.map((m) => m.status)).toEqual(
        Object.values(addedBy).map((all, i) => {
          const count = byMigration[i]?.length;
          return count === 0 ? "applied" : count === all.length ? "pending" : "partial";
        }),
      );
      expect(p.conflicts).toEqual([]);
      const before = structuredClone(found);
      const rest = plan(carriedOut(p, found));
      expect(found).toEqual(before);
      expect(statusesOf(rest)).toBe("applied applied applied");
      expect(rest.statements).toEqual([]);
      expect(missingFrom(rest)).toEqual([]);
    },
  );

  it.each([
    ["half of 002", kvManager(["current_key TEXT"], null)],
    ["003 without 001", kvManager(["metadata TEXT"], null)],
    ["001 without 002", kvManager([], [jobIndex, userIndex])],
  ])("has no era if none had its schema: %s", (_, found) => {
    expect(plan(found).era).toBeNull();
  });
});

describe("a database", () => {
  const named = (...names: string[]) => ({
    ...emptySnapshot,
    tables: names.map((name) => tableOf(name, ["a TEXT"])),
  });
  const view = { kind: "view", name: "namespaces" };

  it.each<[string, string, Snapshot]>([
    ["no tables", "empty", emptySnapshot],
    ["only wrangler's own ledger", "empty", named("d1_migrations")],
    ["only wrangler's own ledger, in another case", "empty", named("D1_Migrations")],
    ["other tables", "foreign", named("users", "posts")],
    ["only a view", "foreign", { ...emptySnapshot, others: [view] }],
    ["only the table namespaces", "foreign", named("namespaces")],
    ["only the table bulk_jobs", "foreign", { ...emptySnapshot, tables: [bulkJobs([])] }],
    [
      "a view in place of the table namespaces",
      "foreign",
      { ...emptySnapshot, tables: [keyMetadata, bulkJobs([])], others: [view] },
    ],
  ])("with %s is %s, and nothing is planned", (_, kind, found) => {
    const p = plan(found);
    expect([p.database, p.era, p.statements, p.conflicts, p.differences]).toEqual([kind, null, [], [], []]);
    expect(p.checks.filter((c) => c.ok)).toEqual([]);
    expect(statusesOf(p)).toBe("pending pending pending");
    expect(p.migrations.flatMap((m) => m.missing)).toEqual(allObjects);
  });

  it("without bulk_jobs is incomplete, and each cause of a conflict is reported once", () => {
    const p = plan({ ...emptySnapshot, tables: [namespaces, keyMetadata, auditLog] });
    expect([p.database, p.statements, p.era]).toEqual(["incomplete", [], null]);
    expect(statusesOf(p)).toBe("conflict conflict conflict");
    // Three columns, a table and its two indexes are affected.
    expect(p.conflicts).toEqual([
      'There is no table "bulk_jobs", which "job_audit_events" refers to.',
      'There is no table "bulk_jobs" to add a column to.',
    ]);
  });

  const ledger = tableOf("schema_version", ["version INTEGER", "migration_name TEXT", "applied_at DATETIME"]);

  it("whose ledger may say that it is complete is planned by its actual columns, with a remark", () => {
    const neighbors = ["webhooks", "namespace_colors", "key_colors"].map((n) => tableOf(n, ["id INTEGER"]));
    const found = kvManager([], [jobIndex, userIndex]);
    const p = plan({ ...found, tables: [...found.tables, ledger, ...neighbors] });
    expect(statusesOf(p)).toBe("applied pending pending");
    expect(p.conflicts).toEqual([]);
    expect(labelsOf(p)).toEqual([...addedBy["002"], ...addedBy["003"]]);
    expect(p.remarks).toEqual([
      "KV Manager's own upgrade looks only at the names of tables, so its record (schema_version) may list " +
        "column bulk_jobs.current_key, column bulk_jobs.percentage, and column bulk_jobs.metadata as applied. " +
        "This program relies only on the schema.",
    ]);
  });

  it("whose ledger claims nothing that is absent gets no remark", () => {
    expect(plan(withTable(completeDatabase, ledger), catalogFor("2")).remarks).toEqual([]);
  });

  it("has its names compared case-insensitively", () => {
    const shout = (text: string) => text.toUpperCase();
    const found: Snapshot = {
      ...completeDatabase,
      tables: completeDatabase.tables.map((t) => ({
        ...t,
        name: shout(t.name),
        columns: t.columns.map((c) => ({ ...c, name: shout(c.name), type: c.type.toLowerCase() })),
        references: t.references.map((r) => ({
          ...{ column: shout(r.column), table: shout(r.table), to: shout(r.to ?? "") },
        })),
      })),
      indexes: completeDatabase.indexes.map((i) => ({
        ...i,
        name: shout(i.name),
        table: shout(i.table),
        columns: i.columns.map((c) => ({ ...c, name: shout(c.name ?? "") })),
      })),
    };
    const p = plan(found);
    expect(p.database).toBe("kv-manager");
    expect(statusesOf(p)).toBe("applied applied applied");
    expect([p.differences, p.conflicts]).toEqual([[], []]);
  });

  it("has only ASCII letters compared case-insensitively, as in SQLite", () => {
    // The Kelvin sign: String.toLowerCase turns it into k, but for SQLite it is a different letter.
    const kelvin = plan(kvManager(["current_\u212aey TEXT", "percentage REAL = 0"], [jobIndex, userIndex]));
    expect(kelvin.migrations[1]?.missing).toEqual(["column bulk_jobs.current_key"]);
  });
});

/** The catalog with a migration 004. */
const later = (sql: string) => withMigration(catalog, sql);

describe("a later migration", () => {
  const builds = later(
    "ALTER TABLE job_audit_events ADD COLUMN level TEXT; CREATE UNIQUE INDEX i4 ON job_audit_events(level);" +
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, level TEXT REFERENCES job_audit_events(level));",
  );

  it.each([
    ["all of them are missing", kvManager([], null), 9],
    ["001 is there", kvManager([], [jobIndex, userIndex]), 6],
    ["all of them are there", completeDatabase, 3],
  ])("can build on what the first three add when %s", (_, found, count) => {
    const p = plan(found, builds);
    expect([p.conflicts, p.statements.length]).toEqual([[], count]);
    expect(p.migrations[3]).toMatchObject({
      status: "pending",
      missing: ["column job_audit_events.level", "index i4", "table notes"],
    });
    expect(plan(carriedOut(p, found), builds).statements).toEqual([]);
  });

  it("does not change the era if it has no first day", () => {
    expect(plan(completeDatabase, builds).era).toEqual({
      from: "2025-11-22",
      before: "2025-12-09",
      has: ["001", "002", "003"],
    });
  });

  it.each([
    [
      "CREATE INDEX i4 ON bulk_jobs(nowhere)",
      'The table "bulk_jobs" has no column "nowhere" for the index "i4".',
    ],
    ["CREATE INDEX i4 ON webhooks(a)", 'There is no table "webhooks" for the index "i4".'],
    ["ALTER TABLE webhooks ADD a TEXT", 'There is no table "webhooks" to add a column to.'],
    [
      "CREATE TABLE n (a TEXT REFERENCES bulk_jobs(nowhere))",
      'The table "bulk_jobs" has no column "nowhere", which "n" refers to.',
    ],
  ])("is a conflict when the table or column it needs is missing: %s", (sql, sentence) => {
    const p = plan(completeDatabase, later(sql));
    expect(p.conflicts).toEqual([sentence]);
    expect(p.statements).toEqual([]);
    expect(p.migrations[3]?.status).toBe("conflict");
  });
});

describe("an object of a later migration", () => {
  const owner = "ALTER TABLE bulk_jobs ADD COLUMN owner TEXT REFERENCES namespaces(namespace_id)";
  const unique = "CREATE UNIQUE INDEX i4 ON job_audit_events(job_id, event_type)";
  const jobs = (references: Table["references"]) =>
    withTable(completeDatabase, { ...bulkJobs([...laterColumns, "owner TEXT"]), references });
  const to = (table: string, target: string | null) => jobs([{ column: "owner", table, to: target }]);
  const refuses = (target: string) =>
    `The column bulk_jobs.owner refers to ${target}, which would reject KV Manager's rows.`;
  const withIndex = (name: string, more: Partial<Index>) => ({
    ...completeDatabase,
    indexes: [...completeDatabase.indexes, indexOf(name, "job_audit_events", ["job_id", "event_type"], more)],
  });

  it.each<[string, Snapshot, string, string[], string[]]>([
    ["the same reference", to("namespaces", "namespace_id"), owner, [], []],
    ["the same reference in another case", to("Namespaces", "NAMESPACE_ID"), owner, [], []],
    ["a reference to the primary key, which it does not name", to("namespaces", null), owner, [], []],
    [
      "no reference",
      jobs([]),
      owner,
      [],
      ["The column bulk_jobs.owner has no reference to namespaces(namespace_id); it still works."],
    ],
    ["a reference to another table", to("users", "id"), owner, [refuses("users(id)")], []],
    ["a reference to another table's primary key", to("users", null), owner, [refuses("users")], []],
    [
      "a reference to another column",
      to("namespaces", "namespace_title"),
      owner,
      [refuses("namespaces(namespace_title)")],
      [],
    ],
    ["the same unique index", withIndex("i4", { unique: true }), unique, [], []],
    ["the same unique index in another case", withIndex("I4", { unique: true }), unique, [], []],
    [
      "an index that is not unique",
      withIndex("i4", { unique: false }),
      unique,
      [
        "The index i4 is ON job_audit_events (job_id, event_type), and KV Manager needs it UNIQUE ON job_audit_events (job_id, event_type).",
      ],
      [],
    ],
  ])("is compared with what the database has: %s", (_, found, sql, conflicts, differences) => {
    const p = plan(found, later(sql));
    expect([p.conflicts, p.differences, p.statements]).toEqual([conflicts, differences, []]);
    expect(statusesOf(p)).toBe(`applied applied applied ${conflicts.length > 0 ? "conflict" : "applied"}`);
  });

  it.each([owner, unique])("is planned when missing, and recognized once added: %s", (sql) => {
    const p = plan(completeDatabase, later(sql));
    expect([p.conflicts, p.statements.map((s) => s.sql)]).toEqual([[], [sql]]);
    const rest = plan(carriedOut(p, completeDatabase), later(sql));
    expect([rest.conflicts, rest.differences, rest.statements]).toEqual([[], [], []]);
    expect(missingFrom(rest)).toEqual([]);
  });

  it("is recognized once added if it is a table with its own keys and UNIQUE constraints", () => {
    const notes = later("CREATE TABLE notes (a TEXT PRIMARY KEY, b TEXT UNIQUE, c TEXT, UNIQUE (c, b))");
    const rest = plan(carriedOut(plan(completeDatabase, notes), completeDatabase), notes);
    expect([rest.conflicts, rest.differences, rest.statements]).toEqual([[], [], []]);
  });
});

describe("the plan of a setup", () => {
  const setUp = (found: Snapshot) => planSetup(found, catalog);
  const autoindex = "sqlite_autoindex_key_metadata_1";
  /** The complete database with another index in place of the one that keeps keys unique within a namespace. */
  const indexed = (columns: string[], more: Partial<Index> = {}): Snapshot => ({
    ...completeDatabase,
    indexes: completeDatabase.indexes.map((i) =>
      i.name === autoindex ? indexOf(autoindex, "key_metadata", columns, more) : i,
    ),
  });

  it("is the whole schema for an empty database, and nothing once it is there", () => {
    const p = setUp(emptySnapshot);
    expect(p.database).toBe("empty");
    expect(labelsOf(p)).toEqual([
      "table namespaces",
      ...["table key_metadata", "index idx_key_metadata_namespace", "index idx_key_metadata_search"],
      ...["table audit_log", "index idx_audit_log_namespace", "index idx_audit_log_user"],
      ...["table bulk_jobs", "index idx_bulk_jobs_status"],
      ...allObjects,
    ]);
    expect(p.statements.map((s) => s.migration)).toEqual([
      ...Array.from({ length: 9 }, () => null),
      ...["001", "001", "001", "002", "002", "003"],
    ]);
    expect(p.checks.map((c) => [c.migration, c.ok])).toEqual([
      ...Array.from({ length: 9 }, () => [null, false]),
      ...["001", "001", "001", "002", "002", "003"].map((m) => [m, false]),
    ]);
    const done = setUp(carriedOut(p, emptySnapshot));
    expect([done.database, done.statements]).toEqual(["kv-manager", []]);
    expect(statusesOf(done)).toBe("applied applied applied");
    expect(done.checks.filter((c) => !c.ok || c.actual !== c.expected)).toEqual([]);
  });

  it("includes every migration of the catalog", () => {
    const sql = "ALTER TABLE bulk_jobs ADD COLUMN retries INTEGER DEFAULT 3";
    const p = planSetup(emptySnapshot, later(sql));
    expect(p.statements).toHaveLength(16);
    const [statement] = readSqlFile(sql, "004").statements;
    expect(p.statements.at(-1)).toEqual({ migration: "004", ...statement });
  });

  it.each([
    [
      "a constraint with its columns in the opposite order",
      indexed(["key_name", "namespace_id"], { unique: true, implied: true }),
    ],
    ["an index of the user's own", indexed(["namespace_id", "key_name"], { unique: true })],
  ])("accepts %s to keep keys unique within a namespace", (_, found) => {
    expect(missingFrom(setUp(found))).toEqual([]);
  });

  it.each([
    ["nothing keeps keys unique", without(completeDatabase, autoindex)],
    ["the index on them is not unique", indexed(["namespace_id", "key_name"])],
    [
      "the unique index on them covers only some rows",
      indexed(["namespace_id", "key_name"], { unique: true, partial: true }),
    ],
    ["they are unique across namespaces", indexed(["key_name"], { unique: true })],
  ])("finds key_metadata wrong if %s", (_, found) => {
    expect(missingFrom(setUp(found))).toEqual(["table key_metadata"]);
  });

  it.each([
    ["a complete database", completeDatabase, []],
    ["a database of the oldest era", kvManager([], null), allObjects],
  ])("has no statements for %s, but lists what it lacks", (_, found, missing) => {
    const p = setUp(found);
    expect(p.statements).toEqual([]);
    expect(missingFrom(p)).toEqual(missing);
  });

  it("has no statements for another program's database", () => {
    expect(setUp({ ...emptySnapshot, tables: [tableOf("users", ["a TEXT"])] }).statements).toEqual([]);
  });
});
