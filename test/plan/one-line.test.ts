import { expect, it } from "vitest";
import { oneLine } from "../../src/plan/sql-tokens.js";

it.each([
  ["CREATE TABLE t (\n  a TEXT,\n  b REAL DEFAULT 0\n)", "CREATE TABLE t (a TEXT, b REAL DEFAULT 0)"],
  ["CREATE INDEX i ON t(a, b DESC)", "CREATE INDEX i ON t(a, b DESC)"],
  ["CREATE TABLE t ( -- first\n  a TEXT, /* second */\n  b TEXT\n)", "CREATE TABLE t (a TEXT, b TEXT)"],
  ["ALTER TABLE t\r\n\tADD COLUMN a", "ALTER TABLE t ADD COLUMN a"],
  [
    "ALTER TABLE t ADD a DEFAULT '--  no comment; it''s'",
    "ALTER TABLE t ADD a DEFAULT '--  no comment; it''s'",
  ],
  ["CREATE--x\nTABLE t(a)", "CREATE TABLE t(a)"],
  ["ALTER TABLE t ADD a DEFAULT '( x )'", "ALTER TABLE t ADD a DEFAULT '( x )'"],
  ['CREATE TABLE "( a )" ( "b )" TEXT )', 'CREATE TABLE "( a )" ("b )" TEXT)'],
  ["ALTER TABLE t\n ADD [a  b] TEXT", "ALTER TABLE t ADD [a  b] TEXT"],
])("a statement is shown on one line, without comments: %j", (sql, line) => {
  expect(oneLine(sql)).toBe(line);
});
