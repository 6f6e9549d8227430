import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Problem } from "../../src/lib/problem.js";
import type { SchemaObject } from "../../src/plan/sql-objects.js";
import type { Result } from "../../src/run/result.js";
import { jsonDocument } from "../../src/screen/json-output.js";
import { connectionTo } from "../support/connections.js";
import { resultWith } from "../support/results.js";

const tool = { name: "kv-manager-upgrade", version: "1.2.3" };
const cwd = join("/", "srv", "kv");
const connection = connectionTo("local", {
  databaseId: "id-1",
  configPath: join(cwd, "wrangler.toml"),
  accountId: "acc",
});
const check = {
  migration: "002",
  object: "column bulk_jobs.percentage",
  expected: "REAL DEFAULT 0",
  actual: "REAL DEFAULT 0",
  ok: true,
};
/** What a statement adds: one column of bulk_jobs. */
const columnOfJobs = (name: string, type: string, value: string | null): SchemaObject => ({
  kind: "column",
  table: "bulk_jobs",
  column: { name, type, notNull: false, default: value, primaryKey: 0 },
  references: [],
});
const upgraded: Result = {
  ...resultWith(),
  outcome: "upgraded",
  connection,
  era: { from: "2025-11-08", before: "2025-11-10", has: ["002"] },
  migrations: [
    { id: "002", name: "progress_tracking", title: "Progress tracking.", status: "applied", missing: [] },
    {
      id: "003",
      name: "job_metadata",
      title: "Job metadata.",
      status: "pending",
      missing: ["column bulk_jobs.metadata"],
    },
  ],
  statements: [
    {
      migration: "003",
      sql: "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT",
      comment: ["JSON."],
      provides: columnOfJobs("metadata", "TEXT", null),
    },
  ],
  applied: true,
  checks: [{ ...check, provides: columnOfJobs("percentage", "REAL", "0") }],
  differences: ["not part of the document"],
  notes: ["nor this"],
};

describe("the JSON document", () => {
  it("has exactly the keys of the contract, in its order", () => {
    const document = jsonDocument(upgraded, tool, cwd);
    expect(document).toEqual({
      schemaVersion: 1,
      tool,
      outcome: "upgraded",
      target: {
        location: "local",
        binding: "METADATA",
        database: "kv-manager-metadata",
        config: "wrangler.toml",
        env: null,
        persistTo: null,
      },
      kvManager: { version: "1", from: "default" },
      deployed: { from: "2025-11-08", before: "2025-11-10" },
      migrations: [
        { id: "002", name: "progress_tracking", status: "applied", missing: [] },
        { id: "003", name: "job_metadata", status: "pending", missing: ["column bulk_jobs.metadata"] },
      ],
      statements: ["ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT"],
      applied: true,
      checks: [check],
      restorePoint: null,
      error: null,
    });
    expect(Object.keys(document).join(" ")).toBe(
      "schemaVersion tool outcome target kvManager deployed migrations statements applied checks restorePoint error",
    );
    expect(Object.keys(document.target as object).join(" ")).toBe(
      "location binding database config env persistTo",
    );
  });

  it("is complete when nothing is known yet", () => {
    expect(jsonDocument(resultWith(), tool, cwd)).toEqual({
      schemaVersion: 1,
      tool,
      outcome: "failed",
      target: null,
      kvManager: { version: "1", from: "default" },
      deployed: null,
      migrations: [],
      statements: [],
      applied: false,
      checks: [],
      restorePoint: null,
      error: null,
    });
  });

  it("reports an answer given to the wizard as a flag, which a script would use", () => {
    const kvManager = { version: "2", from: "answer" } as const;
    expect(jsonDocument({ ...upgraded, kvManager }, tool, cwd).kvManager).toEqual({
      version: "2",
      from: "flag",
    });
  });

  it("contains the error with its code and advice", () => {
    const problem = new Problem("CONFLICT", "What happened.", "What to do.");
    const document = jsonDocument({ ...upgraded, outcome: "unknown", applied: null, problem }, tool, cwd);
    expect([document.outcome, document.applied, document.error]).toEqual([
      "unknown",
      null,
      { code: "CONFLICT", message: "What happened.", advice: "What to do." },
    ]);
  });

  it("leaves an open end of the version range null", () => {
    const era = { from: null, before: "2025-11-08", has: [] };
    expect(jsonDocument({ ...upgraded, era }, tool, cwd).deployed).toEqual({
      from: null,
      before: "2025-11-08",
    });
  });

  it.each([
    ["below", join(cwd, "data", "d1"), "data/d1"],
    ["the folder itself", cwd, "."],
    ["beside", join(cwd, "..", "state"), join("/", "srv", "state")],
    ["elsewhere", join("/", "mnt", "kv"), join("/", "mnt", "kv")],
  ])("gives a state folder relative to the current folder: %s", (_, persistTo, shown) => {
    const document = jsonDocument({ ...upgraded, connection: { ...connection, persistTo } }, tool, cwd);
    expect(document.target).toMatchObject({ persistTo: shown });
  });

  it("survives being written as JSON and read back", () => {
    const document = jsonDocument(upgraded, tool, cwd);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
