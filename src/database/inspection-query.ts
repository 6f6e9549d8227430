import { inspectionVersion } from "./snapshot.js";

const own = (name: string) =>
  `NOT substr(lower(${name}), 1, 4) = '_cf_' AND NOT substr(lower(${name}), 1, 7) = 'sqlite_'`;

/** The name of the inspection's only column. */
export const inspectionColumn = "kv_manager_inspection";

/**
 * The one query that reads a database's whole schema and not one row of a user's table: a single SELECT with a single
 * value, a JSON text. JSON, since wrangler before 4.72 returns a local NULL as the text "null".
 *
 * - Objects of D1 (`_cf_`) and SQLite (`sqlite_`) are filtered out before any pragma sees them: D1 refuses to describe
 *   its own (MATERIALIZED keeps SQLite from reordering that).
 * - Only plain tables are described: a broken view would fail the whole query.
 * - `pragma_index_xinfo` also returns the columns that SQLite appends; those have key = 0.
 * - It has no double quotes, percent signs, backslashes, angle brackets or newlines, so that bash, cmd and PowerShell
 *   all accept it in double quotes.
 *
 * Source: the pragmas that D1 documents, see https://developers.cloudflare.com/d1/sql-api/sql-statements/
 */
export const inspectionQuery = [
  "WITH objects AS MATERIALIZED (SELECT type, name, tbl_name FROM sqlite_master",
  `WHERE ${own("name")} AND ${own("tbl_name")}),`,
  "kinds AS MATERIALIZED (SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'),",
  "plain AS MATERIALIZED (SELECT objects.name, wr, strict FROM objects",
  "JOIN kinds ON kinds.name = objects.name AND kinds.type = 'table' WHERE objects.type = 'table')",
  `SELECT json_object('inspection', ${inspectionVersion},`,
  "'objects', (SELECT json_group_array(json_object(",
  "'kind', coalesce((SELECT kinds.type FROM kinds WHERE kinds.name = objects.name",
  "AND objects.type IN ('table', 'view')), objects.type),",
  "'name', name, 'table', tbl_name)) FROM objects),",
  "'tables', (SELECT json_group_array(json_object('name', name, 'withoutRowid', wr, 'strict', strict,",
  "'columns', (SELECT json_group_array(json_object('name', c.name, 'type', c.type, 'notNull', c.[notnull],",
  "'default', c.dflt_value, 'primaryKey', c.pk, 'hidden', c.hidden)) FROM pragma_table_xinfo(plain.name) c),",
  "'references', (SELECT json_group_array(json_object('column', f.[from], 'table', f.[table], 'to', f.[to]))",
  "FROM pragma_foreign_key_list(plain.name) f),",
  "'indexes', (SELECT json_group_array(json_object('name', i.name, 'unique', i.[unique], 'origin', i.origin,",
  "'partial', i.partial, 'columns', (SELECT json_group_array(json_object('name', x.name, 'descending', x.[desc],",
  "'collation', x.coll))",
  "FROM pragma_index_xinfo(i.name) x WHERE x.key = 1))) FROM pragma_index_list(plain.name) i)",
  `)) FROM plain)) AS ${inspectionColumn}`,
].join(" ");
