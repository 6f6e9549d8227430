import fc from "fast-check";
import Database from "libsql";
import { expect, it } from "vitest";
import type { Snapshot } from "../../src/database/snapshot.js";
import { nameKey } from "../../src/plan/names.js";
import { planUpgrade } from "../../src/plan/plan.js";
import { catalogFor } from "../support/catalogs.js";
import { eraSchemas } from "../support/eras.js";
import { inspect } from "../support/inspections.js";
import { quoted } from "../support/sql.js";
import { states } from "../support/states.js";

const catalog = catalogFor("1");
type Sqlite = InstanceType<typeof Database>;

/** Some rows for the tables of the oldest era. */
const rows = `
INSERT INTO namespaces (namespace_id, namespace_title) VALUES ('ns-1', 'It''s one'), ('ns-2', '');
INSERT INTO key_metadata (namespace_id, key_name, tags) VALUES ('ns-1', 'a;--', '["x"]'), ('ns-2', 'a;--', NULL);
INSERT INTO audit_log (namespace_id, operation) VALUES ('ns-1', 'put');
INSERT INTO bulk_jobs (job_id, namespace_id, operation_type, status) VALUES ('job-1', 'ns-1', 'copy', 'running');`;

const ownNames = new Set((eraSchemas["2025-11-22"].match(/\w+/g) ?? []).map(nameKey));
/** Names that a user may choose. SQLite cuts a name at NUL; the two prefixes are reserved for SQLite and D1. */
const name = fc
  .string({ minLength: 1, maxLength: 9, unit: "binary" })
  .filter((text) => !text.includes("\0") && !ownNames.has(nameKey(text)) && !/^(sqlite_|_cf_)/i.test(text));
const declaration = fc.constantFrom(
  ...["", "TEXT", "VARCHAR(10) DEFAULT 'it''s'", "REAL NOT NULL DEFAULT -1.5", "INTEGER DEFAULT NULL"],
  ...["TEXT COLLATE NOCASE", "TEXT AS (1) VIRTUAL", "BLOB DEFAULT x'00'"],
);
/** Other programs' objects, each made from its own name and that of a column. */
const extra = fc.constantFrom(
  (own: string, column: string) => `CREATE TABLE ${own} (${column} TEXT); INSERT INTO ${own} VALUES ('1')`,
  (own: string, column: string) => `CREATE TABLE ${own} (${column} TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`,
  (own: string, column: string) => `CREATE TABLE ${own} (${column} TEXT REFERENCES bulk_jobs UNIQUE)`,
  (own: string) => `CREATE VIEW ${own} AS SELECT * FROM bulk_jobs`,
  (own: string) => `CREATE VIEW ${own} AS SELECT * FROM nowhere`,
  (own: string) => `CREATE INDEX ${own} ON bulk_jobs(lower(status)) WHERE error_count > 0`,
  (own: string) => `CREATE INDEX ${own} ON bulk_jobs(user_email DESC, job_id)`,
  (own: string) => `CREATE TRIGGER ${own} AFTER INSERT ON bulk_jobs BEGIN SELECT 1; END`,
);

const found = fc.record({
  state: fc.constantFrom(...states),
  cases: fc.array(fc.nat(2), { minLength: 1, maxLength: 40 }),
  columns: fc.uniqueArray(fc.record({ name, declaration, onEvents: fc.boolean() }), {
    maxLength: 4,
    selector: (column) => nameKey(column.name),
  }),
  extras: fc.uniqueArray(fc.record({ name, column: name, make: extra }), {
    maxLength: 4,
    selector: (object) => nameKey(object.name),
  }),
});

/** Changes the case of words outside of string literals. */
function recased(sql: string, cases: number[]): string {
  let at = 0;
  return sql.replace(/'[^']*'|\w+/g, (word) => {
    const how = word.startsWith("'") ? 0 : cases[at++ % cases.length];
    return how === 0 ? word : how === 1 ? word.toUpperCase() : word.toLowerCase();
  });
}

/** Every row of these tables, limited to the columns in the snapshot. */
function rowsOf(database: Sqlite, { tables }: Snapshot): unknown[] {
  return tables.map((table) => {
    const columns = table.columns.map((column) => quoted(column.name)).join(", ");
    return database
      .prepare(`SELECT ${columns} FROM ${quoted(table.name)}`)
      .raw()
      .all();
  });
}

it("an upgrade completes any partly upgraded database and keeps every row", () => {
  fc.assert(
    fc.property(found, ({ state, cases, columns, extras }) => {
      const database = new Database(":memory:");
      database.exec("PRAGMA foreign_keys = ON");
      database.exec(recased(eraSchemas.oldest + rows + state.sql, cases));
      const hasEvents = !state.missing.includes("table job_audit_events");
      for (const column of columns) {
        const table = hasEvents && column.onEvents ? "job_audit_events" : "bulk_jobs";
        database.exec(`ALTER TABLE ${table} ADD COLUMN ${quoted(column.name)} ${column.declaration}`);
      }
      for (const object of extras) database.exec(object.make(quoted(object.name), quoted(object.column)));

      const before = inspect(database);
      const kept = rowsOf(database, before);
      const plan = planUpgrade(before, catalog);
      expect([plan.database, plan.conflicts, plan.differences]).toEqual(["kv-manager", [], []]);
      expect(plan.migrations.flatMap((m) => m.missing).sort()).toEqual([...state.missing].sort());
      database.exec(["BEGIN", ...plan.statements.map((s) => s.sql), "COMMIT"].join(";\n"));

      const rest = planUpgrade(inspect(database), catalog);
      expect([rest.statements, rest.conflicts, rest.differences]).toEqual([[], [], []]);
      expect(rest.migrations.map((m) => m.status)).toEqual(["applied", "applied", "applied"]);
      expect(rest.checks.filter((check) => !check.ok)).toEqual([]);
      expect(rowsOf(database, before)).toEqual(kept);
      database.close();
    }),
    { numRuns: 200 },
  );
});
