import Database from "libsql";
import { describe, expect, it } from "vitest";
import type { PlannedStatement } from "../../src/plan/plan.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { undoStatements } from "../../src/plan/undo.js";

const planned = (sql: string): PlannedStatement[] =>
  readSqlFile(sql, "004").statements.map((statement) => ({ migration: "004", ...statement }));

const schemaOf = (database: InstanceType<typeof Database>) =>
  database.prepare("SELECT name, sql FROM sqlite_master ORDER BY name").all();

describe("undoing an upgrade", () => {
  it.each([
    ["a column", "ALTER TABLE jobs ADD COLUMN level TEXT;", ["ALTER TABLE jobs DROP COLUMN level"]],
    [
      "a table with its index",
      "CREATE TABLE notes (id INTEGER, level TEXT); CREATE INDEX by_level ON notes(level);",
      ["DROP INDEX by_level", "DROP TABLE notes"],
    ],
    [
      "names with a space, a dot or a quote",
      `CREATE TABLE "my notes" (id INTEGER, "a.b" TEXT); ALTER TABLE jobs ADD COLUMN "it's here" TEXT;` +
        `CREATE INDEX "by a.b" ON "my notes"("a.b");`,
      ["DROP INDEX [by a.b]", "ALTER TABLE jobs DROP COLUMN [it's here]", "DROP TABLE [my notes]"],
    ],
    [
      "names that are words of SQL",
      `CREATE TABLE "order" (id INTEGER); ALTER TABLE jobs ADD COLUMN [group] TEXT;`,
      ["ALTER TABLE jobs DROP COLUMN [group]", "DROP TABLE [order]"],
    ],
  ])("removes exactly what was added, in reverse order: %s", (_, sql, expected) => {
    const database = new Database(":memory:");
    try {
      database.exec("CREATE TABLE jobs (id INTEGER)");
      const before = schemaOf(database);
      database.exec(sql);
      const statements = undoStatements(planned(sql));
      expect(statements).toEqual(expected);
      // They go between double quotes on a command line.
      expect(statements.join()).not.toContain('"');
      database.exec(statements.join(";"));
      expect(schemaOf(database)).toEqual(before);
    } finally {
      database.close();
    }
  });
});
