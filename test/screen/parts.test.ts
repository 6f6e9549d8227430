import stringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { planSetup, planUpgrade } from "../../src/plan/plan.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";
import { differenceTree, verificationTable } from "../../src/screen/parts.js";
import { makeStyle } from "../../src/screen/style.js";
import { catalogFor } from "../support/catalogs.js";
import { emptySnapshot, jobIndex, kvManager } from "../support/snapshots.js";

const style = (columns: number) => makeStyle({ isTTY: false, columns }, {}, false);
const { checks } = planUpgrade(kvManager(["current_key"], [jobIndex]), catalogFor("1"));

describe("the differences from the expected schema", () => {
  it("are a tree of tables, labeled in words", () => {
    expect(differenceTree(checks, style(80))).toBe(`job_audit_events
    table job_audit_events  present
    index idx_job_audit_events_job_id  present
  + index idx_job_audit_events_user  missing
bulk_jobs
    column current_key  present
  + column percentage  missing
  + column metadata  missing`);
  });

  it("list each object below its own table, even if names contain spaces and dots", () => {
    const sql = `CREATE TABLE "my notes" (id INTEGER, "a.b" TEXT);
      ALTER TABLE "my notes" ADD COLUMN "c d" TEXT; CREATE INDEX "by a.b" ON "my notes"("a.b");
      CREATE TABLE "v1.jobs" (id INTEGER); ALTER TABLE "v1.jobs" ADD COLUMN "x.y" TEXT;`;
    const { statements } = readSqlFile(sql, "004");
    const catalog = { base: statements, migrations: [], later: [], newest: "1.0.0" };
    expect(differenceTree(planSetup(emptySnapshot, catalog).checks, style(80))).toBe(`my notes
  + table my notes  missing
  + column c d  missing
  + index by a.b  missing
v1.jobs
  + table v1.jobs  missing
  + column x.y  missing`);
  });

  it.each([30, 40, 80, 120])("are never wider than %d columns, nor is the verification table", (columns) => {
    for (const text of [differenceTree(checks, style(columns)), verificationTable(checks, style(columns))])
      expect(Math.max(...text.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
  });

  it.each([20, 60, 66, 74, 80])("are red in every line of a cell at %d columns", (columns) => {
    const colored = makeStyle({ isTTY: true, columns }, { LANG: "C.UTF-8", TERM: "xterm" }, true);
    const none = planUpgrade(kvManager([], []), catalogFor("1")).checks.filter(({ ok }) => !ok);
    const text = verificationTable(none, colored);
    expect(text).toContain("\x1b[31m");
    expect(text).not.toContain("\x1b[32m");
  });
});
