import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCatalogue, type Migration } from "../../src/plan/catalogue.js";
import { labelOf } from "../../src/plan/describe.js";
import { SqlFileError } from "../../src/plan/sql-objects.js";
import { packageFolder } from "../support/project.js";

const shown = ({ id, name, since, title, statements }: Migration) => [
  id,
  name,
  since,
  title,
  statements.map((s) => labelOf(s.provides)),
];

describe("the package's own sql folder", () => {
  it("has the three migrations of the guide", () => {
    expect(loadCatalogue().migrations.map(shown)).toEqual([
      [
        "001",
        "job_audit_events",
        "2025-11-10",
        "Job audit events: the timeline of a job in the Job History page.",
        ["table job_audit_events", "index idx_job_audit_events_job_id", "index idx_job_audit_events_user"],
      ],
      [
        "002",
        "progress_tracking",
        "2025-11-08",
        "Progress tracking: how far a running job is.",
        ["column bulk_jobs.current_key", "column bulk_jobs.percentage"],
      ],
      [
        "003",
        "job_metadata",
        "2025-11-22",
        "Job metadata: batch jobs that span several namespaces, such as R2 backup and restore.",
        ["column bulk_jobs.metadata"],
      ],
    ]);
  });

  it("has the whole schema: five tables, seven indexes", () => {
    const names = (kind: string) =>
      loadCatalogue().schema.flatMap(({ provides }) =>
        provides.kind === kind && provides.kind !== "column" ? provides.name : [],
      );
    expect(names("table")).toEqual([
      "namespaces",
      "key_metadata",
      "audit_log",
      "bulk_jobs",
      "job_audit_events",
    ]);
    expect(names("index")).toEqual([
      "idx_key_metadata_namespace",
      "idx_key_metadata_search",
      "idx_audit_log_namespace",
      "idx_audit_log_user",
      "idx_bulk_jobs_status",
      "idx_job_audit_events_job_id",
      "idx_job_audit_events_user",
    ]);
    expect(names("column")).toEqual([]);
  });
});

describe("another sql folder", () => {
  let folder = "";
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kv-sql-"));
    cpSync(join(packageFolder, "sql"), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("takes an added file as it is", () => {
    write(
      "migrations/004_webhook_retries.sql",
      "-- Webhook retries: how often.\n-- since: 2026-01-31\n\n-- How often.\nALTER TABLE bulk_jobs ADD retries INTEGER DEFAULT 3;\n",
    );
    const { migrations } = loadCatalogue(folder);
    expect(migrations.map((m) => m.id)).toEqual(["001", "002", "003", "004"]);
    expect(migrations[3]).toEqual({
      id: "004",
      name: "webhook_retries",
      title: "Webhook retries: how often.",
      since: "2026-01-31",
      statements: [
        {
          sql: "ALTER TABLE bulk_jobs ADD retries INTEGER DEFAULT 3",
          comment: ["How often."],
          provides: {
            kind: "column",
            table: "bulk_jobs",
            column: { name: "retries", type: "INTEGER", notNull: false, default: "3", primaryKey: 0 },
            references: [],
          },
        },
      ],
    });
  });

  it.each([
    ["ALTER TABLE t ADD a TEXT;", "some thing", null],
    ["\n-- not at the top\n-- since: 2026-01-01\nALTER TABLE t ADD a TEXT;", "some thing", null],
    ["\ufeff-- Title\n-- since: 2026-01-01\n\nALTER TABLE t ADD a TEXT;", "Title", "2026-01-01"],
    ["\ufeffALTER TABLE t ADD a TEXT;", "some thing", null],
    ["-- Title\n-- More.\n-- since: 2026-01-01\n\nALTER TABLE t ADD a TEXT;", "Title", "2026-01-01"],
    ["-- Title\r\n-- since: 2026-01-01\r\n\r\nALTER TABLE t\r\nADD a TEXT;", "Title", "2026-01-01"],
  ])("title and since of %j", (text, title, since) => {
    write("migrations/004_some_thing.sql", text);
    const migration = loadCatalogue(folder).migrations[3];
    expect([migration?.title, migration?.since]).toEqual([title, since]);
    expect(migration?.statements[0]?.sql).toMatch(/^ALTER TABLE t[ \n]ADD a TEXT$/);
  });

  it("applies in the order of the numbers, and leaves other files alone", () => {
    for (const number of ["10", "9", "0011"])
      write(`migrations/${number}_x.sql`, `ALTER TABLE bulk_jobs ADD x${number} TEXT;`);
    write("migrations/README.md", "notes");
    expect(loadCatalogue(folder).migrations.map((m) => m.id)).toEqual([
      ...["001", "002", "003"],
      ...["9", "10", "0011"],
    ]);
  });

  it.each([
    ["01_other.sql", "001_job_audit_events.sql"],
    ["0003_other.sql", "0003_other.sql"],
  ])("refuses %s: the number counts and not how it is written", (file) => {
    write(`migrations/${file}`, "ALTER TABLE bulk_jobs ADD x TEXT;");
    expect(() => loadCatalogue(folder)).toThrow(/^sql\/migrations\/\d+_\w+\.sql:1: its number is taken$/);
  });

  it.each(["soon", "2026-02-30", "2026-1-1", "2026-01-01 or so", ""])("refuses since: %s", (day) => {
    write(
      "migrations/004_x.sql",
      `-- Title\n-- More.\n-- since: ${day}\n\nALTER TABLE bulk_jobs ADD x TEXT;`,
    );
    expect(() => loadCatalogue(folder)).toThrow(
      new SqlFileError("sql/migrations/004_x.sql", 3, `"${day}" is not a day like 2025-11-10`),
    );
  });

  const add = "ALTER TABLE bulk_jobs ADD x TEXT;";
  const wrongName = "a migration is named like 004_what_it_adds.sql";
  it.each([
    ["notes.sql", add, 1, wrongName],
    ["004-x.sql", add, 1, wrongName],
    ["004_.sql", add, 1, wrongName],
    ["_x.sql", add, 1, wrongName],
    ["003_other.sql", add, 1, "its number is taken"],
    ["004_empty.sql", "", 1, "there is no statement in it"],
    ["004_comment.sql", "-- Nothing yet\n;\n", 1, "there is no statement in it"],
    [
      "004_bad.sql",
      `-- Bad\n\n${add}\nDROP TABLE bulk_jobs;`,
      4,
      "only CREATE TABLE, CREATE INDEX and ALTER TABLE … ADD COLUMN are supported",
    ],
  ])("refuses %s", (file, text, line, what) => {
    write(`migrations/${file}`, text);
    expect(() => loadCatalogue(folder)).toThrow(new SqlFileError(`sql/migrations/${file}`, line, what));
  });

  it("names schema.sql when the fault is there", () => {
    write("schema.sql", "-- Schema\nCREATE TABLE t (a TEXT);\nCREATE VIEW v AS SELECT 1;");
    expect(() => loadCatalogue(folder)).toThrow(/^sql\/schema\.sql:3: only CREATE TABLE/);
  });
});
