import Database from "libsql";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";
import { decodeSnapshot, type Snapshot } from "../../src/database/snapshot.js";

/** Returns what the inspection query reads from a database, run by SQLite directly. */
export function inspect(database: InstanceType<typeof Database>): Snapshot {
  const row = database.prepare(inspectionQuery).get() as Record<string, string>;
  return decodeSnapshot(JSON.parse(row[inspectionColumn] ?? ""));
}

/** The same for a database created by this SQL. */
export function inspectSql(sql: string): Snapshot {
  const database = new Database(":memory:");
  try {
    database.exec(sql);
    return inspect(database);
  } finally {
    database.close();
  }
}
