import Database from "libsql";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";

/** The inspection's one value, of a real SQLite database that this SQL makes. */
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
