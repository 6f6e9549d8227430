import Database from "libsql";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";
import { decodeSnapshot, type Snapshot } from "../../src/database/snapshot.js";

type Sqlite = InstanceType<typeof Database>;

/** Runs the inspection query in SQLite directly and returns its single value. */
function inspected(database: Sqlite): string {
  const row = database.prepare(inspectionQuery).get() as Record<string, string>;
  return row[inspectionColumn] ?? "";
}

/** Returns what the inspection query reads from a database. */
export function inspect(database: Sqlite): Snapshot {
  return decodeSnapshot(JSON.parse(inspected(database)));
}

/** The same for a database created by this SQL. */
export function inspectSql(sql: string): Snapshot {
  return decodeSnapshot(JSON.parse(inspectionText(sql)));
}

/** The inspection's single value for a database created by this SQL. */
export function inspectionText(sql: string): string {
  const database = new Database(":memory:");
  try {
    database.exec(sql);
    return inspected(database);
  } finally {
    database.close();
  }
}

/** The same answer as `wrangler d1 execute --json` prints it. */
export function wranglersAnswer(sql: string): string {
  return JSON.stringify(
    [{ results: [{ [inspectionColumn]: inspectionText(sql) }], success: true, meta: { duration: 1 } }],
    null,
    2,
  );
}
