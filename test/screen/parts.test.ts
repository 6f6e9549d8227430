import stringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { loadCatalogue } from "../../src/plan/catalogue.js";
import { planUpgrade } from "../../src/plan/plan.js";
import { differenceTree, verificationTable } from "../../src/screen/parts.js";
import { makeStyle } from "../../src/screen/style.js";
import { jobIndex, kvManager } from "../support/snapshots.js";

const style = (columns: number) => makeStyle({ isTTY: false, columns }, {}, false);
const { checks } = planUpgrade(kvManager(["current_key"], [jobIndex]), loadCatalogue());

describe("what is there and what is missing", () => {
  it("is a tree of tables, in words", () => {
    expect(differenceTree(checks, style(80))).toBe(`job_audit_events
    table job_audit_events  there
    index idx_job_audit_events_job_id  there
  + index idx_job_audit_events_user  missing
bulk_jobs
    column current_key  there
  + column percentage  missing
  + column metadata  missing`);
  });

  it.each([30, 40, 80, 120])("is never wider than %d columns", (columns) => {
    for (const text of [differenceTree(checks, style(columns)), verificationTable(checks, style(columns))])
      expect(Math.max(...text.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
  });
});
