import Database from "libsql";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";

/** Returns the inspection's single value for a real SQLite database created by this SQL. */
export function inspectionText(sql: string): string {
  const database = new Database(":memory:");
  try {
    database.exec(sql);
    const row = database.prepare(inspectionQuery).get() as Record<string, string>;
    return row[inspectionColumn] ?? "";
  } finally {
    database.close();
  }
}

/** The same as `wrangler d1 execute --json` prints it. */
export function wranglersAnswer(sql: string): string {
  return JSON.stringify(
    [{ results: [{ [inspectionColumn]: inspectionText(sql) }], success: true, meta: { duration: 1 } }],
    null,
    2,
  );
}
