import Database from "libsql";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";
import { decodeSnapshot, type Snapshot } from "../../src/database/snapshot.js";

/** What the inspection query reads from a database, by SQLite directly. */
export function inspect(database: InstanceType<typeof Database>): Snapshot {
  const row = database.prepare(inspectionQuery).get() as Record<string, string>;
  return decodeSnapshot(JSON.parse(row[inspectionColumn] ?? ""));
}

/** The same of a database that this SQL makes. */
export function inspectSql(sql: string): Snapshot {
  const database = new Database(":memory:");
  try {
    database.exec(sql);
    return inspect(database);
  } finally {
    database.close();
  }
}
