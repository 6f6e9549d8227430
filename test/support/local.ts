import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "libsql";
import type { Miniflare as MiniflareClass } from "miniflare";
import { localDatabaseFile } from "../../src/project/local-state.js";
import { eraSchemas, seedRows } from "./eras.js";
import { objectsQuery, quoted } from "./sql.js";

// Miniflare is wrangler's own dependency, so this is the D1 that wrangler runs.
const { Miniflare } = createRequire(import.meta.resolve("wrangler"))("miniflare") as {
  Miniflare: typeof MiniflareClass;
};

/** Every row and every object of a database; equal dumps mean equal databases. */
export interface Dump {
  schema: { type: string; name: string; sql: string | null }[];
  rows: Record<string, Record<string, unknown>[]>;
}

/** The file of a local database in a test project. */
export function fileOf(folder: string, id: string, persistTo: string | null = null): string {
  return localDatabaseFile(join(folder, "wrangler.toml"), persistTo, id);
}

const templates = mkdtempSync(join(tmpdir(), "kv-manager-templates-"));

const made = new Map<string, Promise<string>>();

/** Creates a database with a real local D1, once for each SQL text. */
function template(sql: string): Promise<string> {
  const id = createHash("sha256").update(sql).digest("hex");
  const known = made.get(id) ?? makeTemplate(id, sql);
  made.set(id, known);
  return known;
}

async function makeTemplate(id: string, sql: string): Promise<string> {
  const file = localDatabaseFile("", templates, id);
  const d1 = new Miniflare({
    modules: true,
    script: "",
    d1Persist: join(templates, "v3", "d1"),
    d1Databases: { DB: id },
  });
  const database = await d1.getD1Database("DB");
  await database.batch(splitStatements(sql).map((statement) => database.prepare(statement)));
  await d1.dispose();
  // Moves all content into the main file, so that copying it is enough.
  const copy = new Database(file);
  copy.pragma("wal_checkpoint(TRUNCATE)");
  copy.close();
  return file;
}

/** Enough for the SQL in these tests: a semicolon at the end of a line ends a statement. */
function splitStatements(sql: string): string[] {
  return sql
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter(Boolean);
}

/**
 * Puts a local database into a project.
 * @param folder the project's
 * @param id the local id in its config
 * @param base an era's name, or custom SQL; created by a real D1
 * @param extra SQL for a variation, run on the copy
 */
export async function makeLocal(
  folder: string,
  id: string,
  base: keyof typeof eraSchemas | { sql: string },
  extra = "",
  persistTo: string | null = null,
): Promise<string> {
  const sql = typeof base === "string" ? eraSchemas[base] + seedRows : base.sql;
  const file = fileOf(folder, id, persistTo);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(await template(sql), file);
  chmodSync(file, 0o644);
  if (extra !== "") change(file, extra);
  return file;
}

/** Runs SQL on a database file directly. */
export function change(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

/** Reads a whole database file. */
export function dump(file: string): Dump {
  const database = new Database(file, { readonly: true });
  const schema = database.prepare(objectsQuery).all() as Dump["schema"];
  const rows: Dump["rows"] = {};
  for (const { type, name, sql } of schema)
    if (type === "table" && !/^create virtual/i.test(sql ?? ""))
      rows[name] = database.prepare(`SELECT * FROM ${quoted(name)}`).all() as Dump["rows"][string];
  database.close();
  return { schema, rows };
}

/** The columns of the jobs' table, if it has a row. */
export function jobColumns(file: string): string[] {
  return Object.keys(dump(file).rows.bulk_jobs?.[0] ?? {});
}

/** Whether a database has the table of migration 001. */
export function hasEvents(file: string): boolean {
  return dump(file).schema.some((object) => object.name === "job_audit_events");
}

/** Tables with their columns and defaults, and indexes with theirs, whatever order ALTER TABLE left them in. */
export function shapeOf(file: string): string[] {
  const database = new Database(file, { readonly: true });
  const rows = database
    .prepare(
      `SELECT o.type || ' ' || o.name || ': ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk || ' ' ||
         coalesce(c.dflt_value, '-') AS line
         FROM sqlite_master o, pragma_table_xinfo(o.name) c WHERE o.type = 'table' AND o.name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
       UNION ALL SELECT 'index ' || i.name || ' ON ' || o.name || ': ' || i."unique" || ' ' ||
         (SELECT group_concat(x.name || ' ' || x."desc" || ' ' || x.coll) FROM pragma_index_xinfo(i.name) x WHERE x.key = 1)
         FROM sqlite_master o, pragma_index_list(o.name) i WHERE o.type = 'table' AND o.name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
       UNION ALL SELECT 'reference ' || o.name || ': ' || f."from" || ' ' || f."table" || ' ' || f."to"
         FROM sqlite_master o, pragma_foreign_key_list(o.name) f WHERE o.type = 'table'`,
    )
    .all() as { line: string }[];
  database.close();
  return rows.map(({ line }) => line).sort();
}

const added = ["current_key", "percentage", "metadata", "name"];

/** The rows without the columns and empty tables that an upgrade adds, to compare before with after. */
export function rowsOf({ rows }: Dump, without = added): Dump["rows"] {
  return Object.fromEntries(
    Object.entries(rows)
      .filter(([, list]) => list.length > 0)
      .map(([table, list]) => [
        table,
        list.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !without.includes(key)))),
      ]),
  );
}
