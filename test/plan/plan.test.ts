import { describe, expect, it } from "vitest";
import type { Index, Snapshot, Table } from "../../src/database/snapshot.js";
import type { Catalog } from "../../src/plan/catalog.js";
import { withObject } from "../../src/plan/compare.js";
import { labelOf } from "../../src/plan/describe.js";
import { type Plan, planSetup, planUpgrade } from "../../src/plan/plan.js";
import type { SchemaObject } from "../../src/plan/sql-objects.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { catalogFor } from "../support/catalogs.js";
import {
  auditLog,
  bulkJobs,
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

const catalog = catalogFor("1");
const plan = (snapshot: Snapshot, of: Catalog = catalog) => planUpgrade(snapshot, of);
const complete = kvManager([...laterColumns], [jobIndex, userIndex]);

const statuses = (p: Plan) => p.migrations.map((m) => m.status).join(" ");
/** The objects that the planned SQL adds, read from the SQL itself. */
const brings = (p: Plan): SchemaObject[] =>
  p.statements.flatMap((s) => readSqlFile(s.sql, "planned").statements.map((t) => t.provides));

const table = "table job_audit_events";
const [byJob, byUser] = ["index idx_job_audit_events_job_id", "index idx_job_audit_events_user"];
const added = laterColumns.map((c) => `column bulk_jobs.${c.split(" ")[0]}`);

describe("planUpgrade", () => {
  it.each([
    {
      name: "before 2025-11-08",
      found: kvManager([], null),
      status: "pending pending pending",
      missing: [[table, byJob, byUser], added.slice(0, 2), added.slice(2)],
      era: { from: null, before: "2025-11-08", has: [] },
    },
    {
      name: "2025-11-08 to 2025-11-09",
      found: kvManager(laterColumns.slice(0, 2), null),
      status: "pending applied pending",
      missing: [[table, byJob, byUser], [], added.slice(2)],
      era: { from: "2025-11-08", before: "2025-11-10", has: ["002"] },
    },
    {
      name: "2025-11-10 to 2025-11-21",
      found: kvManager(laterColumns.slice(0, 2), [jobIndex, userIndex]),
      status: "applied applied pending",
      missing: [[], [], added.slice(2)],
      era: { from: "2025-11-10", before: "2025-11-22", has: ["001", "002"] },
    },
    {
      name: "from 2025-11-22",
      found: complete,
      status: "applied applied applied",
      missing: [[], [], []],
      era: { from: "2025-11-22", before: "2025-12-09", has: ["001", "002", "003"] },
    },
  ])("plans exactly what is missing in a schema of the era: $name", ({ found, status, missing, era }) => {
    const p = plan(found);
    expect(p.database).toBe("kv-manager");
    expect(statuses(p)).toBe(status);
    expect(p.migrations.map((m) => m.missing)).toEqual(missing);
    expect(brings(p).map(labelOf)).toEqual(missing.flat());
    expect(p.statements.map((s) => s.migration)).toEqual(
      missing.flatMap((labels, i) => labels.map(() => `00${i + 1}`)),
    );
    expect(p.era).toEqual(era);
    expect([p.conflicts, p.differences, p.remarks]).toEqual([[], [], []]);
    expect(p.checks.map((c) => [c.object, c.ok])).toEqual(
      [table, byJob, byUser, ...added].map((label) => [label, !missing.flat().includes(label)]),
    );
  });

  it("plans the SQL of the files, with its comments", () => {
    expect(plan(kvManager([], [jobIndex, userIndex])).statements).toMatchObject([
      {
        migration: "002",
        sql: "ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT",
        comment: ["The key that the job works on now."],
      },
      {
        migration: "002",
        sql: "ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0",
        comment: ["How much is done, from 0 to 100. Existing jobs read 0; no row is rewritten."],
      },
      {
        migration: "003",
        sql: "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT",
        comment: ["JSON that a batch job keeps about itself, such as the list of its namespaces."],
      },
    ]);
  });

  it("lists each object as expected and as found", () => {
    expect(plan(kvManager(["percentage REAL = 0"], [jobIndex])).checks).toMatchObject([
      {
        migration: "001",
        object: table,
        expected: "id, job_id, event_type, user_email, timestamp, details",
        actual: "id, job_id, event_type, user_email, timestamp, details",
        ok: true,
      },
      {
        migration: "001",
        object: byJob,
        expected: "ON job_audit_events (job_id, timestamp DESC)",
        actual: "ON job_audit_events (job_id, timestamp DESC)",
        ok: true,
      },
      {
        migration: "001",
        object: byUser,
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
  const events: (Index[] | null)[] = [null, [], [jobIndex], [userIndex], [jobIndex, userIndex]];
  const subsets = Array.from({ length: 8 }, (_, bits) => laterColumns.filter((__, i) => bits & (1 << i)));
  const states = events.flatMap((indexes) => subsets.map((later) => ({ indexes, later })));

  it("can be in 40 states", () => expect(states).toHaveLength(40));

  it.each(
    states.map(({ indexes, later }) => ({
      name: `001 ${indexes === null ? "absent" : `with ${indexes.length} indexes`}, columns ${later.map((c) => c.split(" ")[0]).join()}`,
      indexes,
      later,
    })),
  )("gets exactly what it lacks and is then complete: $name", ({ indexes, later }) => {
    const found = kvManager(later, indexes);
    const p = plan(found);
    const missing = [
      [
        ...(indexes === null ? [table] : []),
        ...(indexes?.includes(jobIndex) ? [] : [byJob]),
        ...(indexes?.includes(userIndex) ? [] : [byUser]),
      ],
      added.slice(0, 2).filter((_, i) => !later.includes(laterColumns[i] as (typeof laterColumns)[0])),
      added.slice(2).filter(() => !later.includes("metadata TEXT")),
    ];
    const sizes = [3, 2, 1];
    expect(brings(p).map(labelOf)).toEqual(missing.flat());
    expect(p.migrations.map((m) => m.missing)).toEqual(missing);
    expect(statuses(p)).toBe(
      missing
        .map((m, i) => (m.length === 0 ? "applied" : m.length === sizes[i] ? "pending" : "partial"))
        .join(" "),
    );
    expect(p.conflicts).toEqual([]);
    const before = structuredClone(found);
    const rest = plan(brings(p).reduce(withObject, found));
    expect(found).toEqual(before);
    expect([statuses(rest), rest.statements]).toEqual(["applied applied applied", []]);
    expect(rest.checks.every((c) => c.ok)).toBe(true);
  });

  it("has no era if no era had its schema", () => {
    expect(plan(kvManager(["current_key TEXT"], null)).era).toBeNull();
    expect(plan(kvManager(["metadata TEXT"], null)).era).toBeNull();
    expect(plan(kvManager([], [jobIndex, userIndex])).era).toBeNull();
  });
});

describe("a database", () => {
  const named = (...names: string[]) => ({
    ...emptySnapshot,
    tables: names.map((name) => tableOf(name, ["a TEXT"])),
  });
  const view = { kind: "view", name: "namespaces" };

  it.each<[string, Snapshot, string]>([
    ["nothing at all", emptySnapshot, "empty"],
    ["wrangler's own ledger only", named("d1_migrations"), "empty"],
    ["wrangler's ledger in other case", named("D1_Migrations"), "empty"],
    ["other tables", named("users", "posts"), "foreign"],
    ["a view only", { ...emptySnapshot, others: [view] }, "foreign"],
    ["namespaces alone", named("namespaces"), "foreign"],
    ["bulk_jobs without the others", { ...emptySnapshot, tables: [bulkJobs([])] }, "foreign"],
    [
      "namespaces as a view",
      { ...emptySnapshot, tables: [keyMetadata, bulkJobs([])], others: [view] },
      "foreign",
    ],
  ])("with %s is classified as %s, and nothing is planned", (_, found, kind) => {
    const p = plan(found);
    expect([p.database, p.era, p.statements, p.conflicts, p.differences]).toEqual([kind, null, [], [], []]);
    expect(p.checks.filter((c) => c.ok)).toEqual([]);
    expect(statuses(p)).toBe("pending pending pending");
    expect(p.migrations.flatMap((m) => m.missing)).toEqual([table, byJob, byUser, ...added]);
  });

  it("without bulk_jobs is incomplete and has conflicts", () => {
    const p = plan({ ...emptySnapshot, tables: [namespaces, keyMetadata, auditLog] });
    expect([p.database, statuses(p), p.statements, p.era]).toEqual([
      "incomplete",
      "conflict conflict conflict",
      [],
      null,
    ]);
    // Once each, although three columns, a table and its two indexes are affected.
    expect(p.conflicts).toEqual([
      'There is no table "bulk_jobs", which "job_audit_events" refers to.',
      'There is no table "bulk_jobs" to add a column to.',
    ]);
  });

  it("with a ledger that says it is complete is planned by its actual columns, with a remark", () => {
    const ledger = tableOf("schema_version", [
      "version INTEGER",
      "migration_name TEXT",
      "applied_at DATETIME",
    ]);
    const neighbours = ["webhooks", "namespace_colors", "key_colors"].map((n) => tableOf(n, ["id INTEGER"]));
    const found = kvManager([], [jobIndex, userIndex]);
    const p = plan({ ...found, tables: [...found.tables, ledger, ...neighbours] });
    expect([statuses(p), p.conflicts]).toEqual(["applied pending pending", []]);
    expect(brings(p).map(labelOf)).toEqual(added);
    expect(p.remarks).toEqual([
      "KV Manager's own upgrade looks only at the names of tables, so its record (schema_version) may list " +
        "column bulk_jobs.current_key, column bulk_jobs.percentage, and column bulk_jobs.metadata as applied. " +
        "This program relies only on the schema.",
    ]);
    // No remark here: nothing of 1.x is missing, and the ledger claims nothing of 2.x that is absent.
    expect(plan({ ...complete, tables: [...complete.tables, ledger] }, catalogFor("2")).remarks).toEqual([]);
  });

  it("has its names compared case-insensitively, but only for ASCII letters", () => {
    const shout = (text: string) => text.toUpperCase();
    const found: Snapshot = {
      ...complete,
      tables: complete.tables.map((t) => ({
        ...t,
        name: shout(t.name),
        columns: t.columns.map((c) => ({ ...c, name: shout(c.name), type: c.type.toLowerCase() })),
        references: t.references.map((r) => ({
          ...{ column: shout(r.column), table: shout(r.table), to: shout(r.to ?? "") },
        })),
      })),
      indexes: complete.indexes.map((i) => ({
        ...i,
        name: shout(i.name),
        table: shout(i.table),
        columns: i.columns.map((c) => ({ ...c, name: shout(c.name ?? "") })),
      })),
    };
    const p = plan(found);
    expect([p.database, statuses(p), p.differences, p.conflicts]).toEqual([
      "kv-manager",
      "applied applied applied",
      [],
      [],
    ]);
    // \u212a is the Kelvin sign: String.toLowerCase turns it into k, but for SQLite it is a different letter.
    const kelvin = plan(kvManager(["current_\u212aey TEXT", "percentage REAL = 0"], [jobIndex, userIndex]));
    expect(kelvin.migrations[1]?.missing).toEqual(["column bulk_jobs.current_key"]);
  });
});

/** The catalog with an additional migration. */
const later = (sql: string): Catalog => ({
  ...catalog,
  migrations: [
    ...catalog.migrations,
    {
      id: "004",
      name: "more",
      title: "More.",
      version: "1.0.0",
      since: null,
      statements: readSqlFile(sql, "004").statements,
    },
  ],
});

describe("a later migration", () => {
  const builds = later(
    "ALTER TABLE job_audit_events ADD COLUMN level TEXT; CREATE UNIQUE INDEX i4 ON job_audit_events(level);" +
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, level TEXT REFERENCES job_audit_events(level));",
  );

  it.each([
    ["nothing is there", kvManager([], null), 9],
    ["001 is there", kvManager([], [jobIndex, userIndex]), 6],
    ["only 004 is missing", complete, 3],
  ])("can build on what earlier ones add when %s", (_, found, count) => {
    const p = plan(found, builds);
    expect([p.conflicts, p.statements.length]).toEqual([[], count]);
    expect(p.migrations[3]).toMatchObject({
      status: "pending",
      missing: ["column job_audit_events.level", "index i4", "table notes"],
    });
    expect(plan(brings(p).reduce(withObject, found), builds).statements).toEqual([]);
  });

  it("does not change the era if it has no day", () => {
    expect(plan(complete, builds).era).toEqual({
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
    const p = plan(complete, later(sql));
    expect([p.conflicts, p.statements, p.migrations[3]?.status]).toEqual([[sentence], [], "conflict"]);
  });
});

describe("an object of a later migration", () => {
  const owner = "ALTER TABLE bulk_jobs ADD COLUMN owner TEXT REFERENCES namespaces(namespace_id)";
  const unique = "CREATE UNIQUE INDEX i4 ON job_audit_events(job_id, event_type)";
  const jobs = (references: Table["references"]) =>
    withTable(complete, { ...bulkJobs([...laterColumns, "owner TEXT"]), references });
  const to = (table: string, target: string | null) => jobs([{ column: "owner", table, to: target }]);
  const refuses = (target: string) =>
    `The column bulk_jobs.owner refers to ${target}, which would reject KV Manager's rows.`;
  const with4 = (...more: Index[]) => ({ ...complete, indexes: [...complete.indexes, ...more] });
  const columns = ["job_id", "event_type"];

  it.each<[string, Snapshot, string, string[], string[]]>([
    ["the reference", to("namespaces", "namespace_id"), owner, [], []],
    ["the reference in other case", to("Namespaces", "NAMESPACE_ID"), owner, [], []],
    ["a reference to the key, unnamed", to("namespaces", null), owner, [], []],
    [
      "no reference",
      jobs([]),
      owner,
      [],
      ["The column bulk_jobs.owner has no reference to namespaces(namespace_id); it still works."],
    ],
    ["a reference to another table", to("users", "id"), owner, [refuses("users(id)")], []],
    ["a reference to another table's key", to("users", null), owner, [refuses("users")], []],
    [
      "a reference to another column",
      to("namespaces", "namespace_title"),
      owner,
      [refuses("namespaces(namespace_title)")],
      [],
    ],
    ["the unique index", with4(indexOf("i4", "job_audit_events", columns, { unique: true })), unique, [], []],
    [
      "the unique index in other case",
      with4(indexOf("I4", "job_audit_events", columns, { unique: true })),
      unique,
      [],
      [],
    ],
    [
      "a plain index in the unique one's place",
      with4(indexOf("i4", "job_audit_events", columns)),
      unique,
      [
        "The index i4 is ON job_audit_events (job_id, event_type), and KV Manager needs it UNIQUE ON job_audit_events (job_id, event_type).",
      ],
      [],
    ],
  ])("is compared with what the database has: %s", (_, found, sql, conflicts, differences) => {
    const p = plan(found, later(sql));
    expect([p.conflicts, p.differences, p.statements]).toEqual([conflicts, differences, []]);
    expect(statuses(p)).toBe(`applied applied applied ${conflicts.length > 0 ? "conflict" : "applied"}`);
  });

  it.each([owner, unique])("is planned when missing, and recognized once added: %s", (sql) => {
    const p = plan(complete, later(sql));
    expect([p.conflicts, p.statements.map((s) => s.sql)]).toEqual([[], [sql]]);
    const rest = plan(brings(p).reduce(withObject, complete), later(sql));
    expect([rest.conflicts, rest.differences, rest.statements]).toEqual([[], [], []]);
    expect(rest.checks.every((c) => c.ok)).toBe(true);
  });

  it("is recognized once added if it is a table with its own keys and UNIQUE constraints", () => {
    const notes = later("CREATE TABLE notes (a TEXT PRIMARY KEY, b TEXT UNIQUE, c TEXT, UNIQUE (c, b))");
    const rest = plan(brings(plan(complete, notes)).reduce(withObject, complete), notes);
    expect([rest.conflicts, rest.differences, rest.statements]).toEqual([[], [], []]);
  });
});

describe("planSetup", () => {
  const setUp = (found: Snapshot) => planSetup(found, catalog);
  const autoindex = "sqlite_autoindex_key_metadata_1";
  const indexed = (columns: string[], more: Partial<Index> = {}): Snapshot => ({
    ...complete,
    indexes: complete.indexes.map((i) =>
      i.name === autoindex ? indexOf(autoindex, "key_metadata", columns, more) : i,
    ),
  });

  it("plans the whole schema for an empty database, and nothing once it is there", () => {
    const p = setUp(emptySnapshot);
    expect(p.database).toBe("empty");
    expect(brings(p).map(labelOf)).toEqual([
      "table namespaces",
      ...["table key_metadata", "index idx_key_metadata_namespace", "index idx_key_metadata_search"],
      ...["table audit_log", "index idx_audit_log_namespace", "index idx_audit_log_user"],
      ...["table bulk_jobs", "index idx_bulk_jobs_status"],
      ...[table, byJob, byUser, ...added],
    ]);
    expect(p.statements.map((s) => s.migration)).toEqual([
      ...Array.from({ length: 9 }, () => null),
      ...["001", "001", "001", "002", "002", "003"],
    ]);
    expect(p.checks.map((c) => [c.migration, c.ok])).toEqual([
      ...Array.from({ length: 9 }, () => [null, false]),
      ...["001", "001", "001", "002", "002", "003"].map((m) => [m, false]),
    ]);
    const done = setUp(brings(p).reduce(withObject, emptySnapshot));
    expect([done.database, done.statements, statuses(done)]).toEqual([
      "kv-manager",
      [],
      "applied applied applied",
    ]);
    expect(done.checks.filter((c) => !c.ok || c.actual !== c.expected)).toEqual([]);
  });

  it("includes every migration of the catalog", () => {
    const sql = "ALTER TABLE bulk_jobs ADD COLUMN retries INTEGER DEFAULT 3";
    const statements = readSqlFile(sql, "004").statements;
    const more = { id: "004", name: "more", title: "More.", version: "1.0.0", since: null, statements };
    const p = planSetup(emptySnapshot, { ...catalog, migrations: [...catalog.migrations, more] });
    expect(p.statements).toHaveLength(16);
    expect(p.statements.at(-1)).toEqual({ migration: "004", ...statements[0] });
  });

  it.each<[string, Snapshot, string[]]>([
    [
      "another order of its columns",
      indexed(["key_name", "namespace_id"], { unique: true, implied: true }),
      [],
    ],
    ["an index of one's own for it", indexed(["namespace_id", "key_name"], { unique: true }), []],
    ["no uniqueness", without(complete, autoindex), ["table key_metadata"]],
    ["a plain index only", indexed(["namespace_id", "key_name"]), ["table key_metadata"]],
    [
      "uniqueness of some rows",
      indexed(["namespace_id", "key_name"], { unique: true, partial: true }),
      ["table key_metadata"],
    ],
    ["a stricter uniqueness", indexed(["key_name"], { unique: true }), ["table key_metadata"]],
  ])("checks that keys are unique within a namespace: %s", (_, found, wrong) => {
    expect(
      setUp(found)
        .checks.filter((c) => !c.ok)
        .map((c) => c.object),
    ).toEqual(wrong);
  });

  it.each([
    ["complete", complete, []],
    ["of the oldest era", kvManager([], null), [table, byJob, byUser, ...added]],
    ["foreign", { ...emptySnapshot, tables: [tableOf("users", ["a TEXT"])] }, null],
  ])("plans no statements for a database that is %s", (_, found, absent) => {
    const p = setUp(found);
    expect(p.statements).toEqual([]);
    if (absent !== null) expect(p.checks.filter((c) => !c.ok).map((c) => c.object)).toEqual(absent);
  });
});
