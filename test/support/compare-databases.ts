import Database from "libsql";
import { expect } from "vitest";
import { nameKey } from "../../src/plan/names.js";
import { jobAuditEvents } from "./eras.js";
import { splitStatements } from "./loopback-d1.js";
import { quoted } from "./sql.js";

type Row = Record<string, unknown>;

/** Everything in a database file: equal contents mean equal databases. */
export interface Content {
  /** Each table, index, view and trigger by kind and name, including D1's own. */
  objects: Record<string, { sql: string | null; columns?: Row[]; rest: unknown }>;
  /** Each table's rows in their order, as lists of values. */
  rows: Record<string, unknown[]>;
}

/** Reads a database file, or a copy of one with its log next to it. */
export function contentOf(file: string): Content {
  const database = new Database(file, { readonly: true });
  try {
    const all = (sql: string, ...values: string[]) => database.prepare(sql).all(...values) as Row[];
    expect(all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    const content: Content = { objects: {}, rows: {} };
    // D1 itself creates this one on the first write.
    for (const object of all("SELECT * FROM sqlite_master WHERE name <> '_cf_METADATA'")) {
      const [type, name] = [String(object.type), String(object.name)];
      const described = { sql: object.sql as string | null, rest: object.tbl_name as unknown };
      if (type === "index")
        described.rest = [
          all("SELECT * FROM pragma_index_xinfo(?)", name),
          all("SELECT * FROM pragma_index_list(?)", String(object.tbl_name)).filter((i) => i.name === name),
        ].map((rows) => rows.map(({ seq: _seq, seqno: _seqno, ...row }) => row));
      if (type === "table")
        described.rest = [
          all("SELECT type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?", name),
          all("SELECT * FROM pragma_foreign_key_list(?)", name),
        ];
      const columns = type === "table" ? all("SELECT * FROM pragma_table_xinfo(?)", name) : undefined;
      content.objects[`${type} ${name}`] = { ...described, ...(columns ? { columns } : {}) };
      if (type === "table") content.rows[name] = rowsIn(database, name);
    }
    return content;
  } finally {
    database.close();
  }
}

/** Rows in their order; bytes as text, since a copy of them would be of another type. */
function rowsIn(database: InstanceType<typeof Database>, table: string): unknown[] {
  const rows = database
    .prepare(`SELECT * FROM ${quoted(table)}`)
    .raw()
    .all() as unknown[][];
  return rows.map((row) => row.map((v) => (Buffer.isBuffer(v) ? `x'${v.toString("hex")}'` : v)));
}

const column = (name: string, type: string, value: string | null = null, more: Row = {}) => ({
  ...{ name, type, notnull: 0, dflt_value: value, pk: 0, hidden: 0 },
  ...more,
});
const numbered = (columns: Row[], first = 0) => columns.map((c, i) => ({ cid: first + i, ...c }));
const index = (columns: [cid: number, name: string | null, desc: number][]) =>
  columns.map(([cid, name, desc]) => ({ cid, name, desc, coll: "BINARY", key: name === null ? 0 : 1 }));

/** As SQLite stores them, apart from line breaks. */
const [eventsTable = "", indexByJob = "", indexByUser = ""] = splitStatements(jobAuditEvents).map((sql) =>
  oneSpaced(sql.replace("IF NOT EXISTS ", "")),
);

/** What an upgrade adds, in the order of the statements, spelled out independently of sql/. */
const additions: Record<string, { sql: string; columns?: Row[]; rest?: unknown; value?: unknown }> = {
  "table job_audit_events": {
    columns: numbered([
      column("id", "INTEGER", null, { pk: 1 }),
      column("job_id", "TEXT", null, { notnull: 1 }),
      column("event_type", "TEXT", null, { notnull: 1 }),
      column("user_email", "TEXT", null, { notnull: 1 }),
      column("timestamp", "DATETIME", "CURRENT_TIMESTAMP"),
      column("details", "TEXT"),
    ]),
    sql: eventsTable,
    rest: [
      [{ type: "table", wr: 0, strict: 0 }],
      [
        {
          ...{ id: 0, seq: 0, table: "bulk_jobs", from: "job_id", to: "job_id" },
          ...{ on_update: "NO ACTION", on_delete: "NO ACTION", match: "NONE" },
        },
      ],
    ],
  },
  "index idx_job_audit_events_job_id": {
    sql: indexByJob,
    rest: index([
      [1, "job_id", 0],
      [4, "timestamp", 1],
      [-1, null, 0],
    ]),
  },
  "index idx_job_audit_events_user": {
    sql: indexByUser,
    rest: index([
      [3, "user_email", 0],
      [4, "timestamp", 1],
      [-1, null, 0],
    ]),
  },
  "column bulk_jobs.current_key": {
    sql: ", current_key TEXT",
    columns: [column("current_key", "TEXT")],
    value: null,
  },
  "column bulk_jobs.percentage": {
    sql: ", percentage REAL DEFAULT 0",
    columns: [column("percentage", "REAL", "0")],
    value: 0,
  },
  "column bulk_jobs.metadata": { sql: ", metadata TEXT", columns: [column("metadata", "TEXT")], value: null },
};

/**
 * Fails unless a database is exactly its old content plus what was missing: object by object, row by row.
 * @param missing what the upgrade had to add, as `column bulk_jobs.metadata`
 */
export function expectUpgraded(after: Content, before: Content, missing: string[]): void {
  const expected = structuredClone(before);
  const jobs = Object.keys(before.rows).find((name) => nameKey(name) === "bulk_jobs") ?? "";
  const jobsTable = expected.objects[`table ${jobs}`];
  const nowJobs = after.objects[`table ${jobs}`];
  if (jobsTable === undefined || nowJobs === undefined) throw new Error("there is no table bulk_jobs");
  let insertion = "";
  for (const [name, added] of Object.entries(additions).filter(([key]) => missing.includes(key))) {
    if (name.startsWith("column ")) {
      insertion += added.sql;
      jobsTable.columns?.push(...numbered(added.columns ?? [], jobsTable.columns.length));
      // A generated column counts in the column order, but is not read with the rows.
      expected.rows[jobs] = (expected.rows[jobs] ?? []).map((row) => [...(row as unknown[]), added.value]);
      continue;
    }
    const found = after.objects[name];
    expect(oneSpaced(found?.sql ?? "")).toBe(added.sql);
    if (name.startsWith("index ")) {
      const list = { name: name.slice(6), unique: 0, origin: "c", partial: 0 };
      const columns = asSpelled(added.rest as Row[], events(expected));
      expected.objects[name] = { sql: found?.sql ?? "", rest: [columns, [list]] };
    } else {
      expected.objects[name] = { sql: found?.sql ?? "", columns: added.columns ?? [], rest: added.rest };
      expected.rows.job_audit_events = [];
    }
  }
  expectInsertion(nowJobs.sql ?? "", jobsTable.sql ?? "", insertion);
  jobsTable.sql = nowJobs.sql;
  expect(after.objects).toEqual(expected.objects);
  expect(after.rows).toEqual(expected.rows);
}

/** Returns the columns of the events table, whatever the case of its name. */
function events({ objects }: Content): Row[] {
  const name = Object.keys(objects).find((key) => nameKey(key) === "table job_audit_events") ?? "";
  return objects[name]?.columns ?? [];
}

/** Spells an index's columns as their table does. */
function asSpelled(columns: Row[], table: Row[]): Row[] {
  return columns.map((c) => (c.name === null ? c : { ...c, name: table[Number(c.cid)]?.name }));
}

/** Expects one text to be the other with an insertion in a single place. */
function expectInsertion(longer: string, text: string, insertion: string): void {
  const places = [...Array(longer.length + 1).keys()].filter((at) => longer.startsWith(insertion, at));
  const without = places.map((at) => longer.slice(0, at) + longer.slice(at + insertion.length));
  expect(without, `with ${insertion} put in`).toContain(text);
}

/** A statement without its line breaks. */
function oneSpaced(sql: string): string {
  return sql.replace(/\s+/g, " ");
}
