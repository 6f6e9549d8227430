import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Migration } from "../../src/plan/catalog.js";
import { labelOf } from "../../src/plan/describe.js";
import { loadCatalog } from "../../src/plan/read-catalog.js";
import { SqlFileError } from "../../src/plan/sql-objects.js";
import { packageFolder } from "../support/project.js";

/** A migration in one row: its name, version and first day, and what it adds. */
const rowOf = ({ id, name, version, since, statements }: Migration) => [
  `${id} ${name}`,
  version,
  since,
  ...statements.map((s) => labelOf(s.provides)),
];

describe("the package's own sql folder", () => {
  it("holds the three migrations of KV Manager's guide and the five of KV Manager 2.x", () => {
    const { migrations, later, newest } = loadCatalog();
    expect(migrations.map(rowOf)).toEqual([
      [
        ...["001 job_audit_events", "1.0.0", "2025-11-10"],
        ...["table job_audit_events", "index idx_job_audit_events_job_id", "index idx_job_audit_events_user"],
      ],
      [
        ...["002 progress_tracking", "1.0.0", "2025-11-08"],
        ...["column bulk_jobs.current_key", "column bulk_jobs.percentage"],
      ],
      ["003 job_metadata", "1.0.0", "2025-11-22", "column bulk_jobs.metadata"],
      ["004 webhooks", "2.0.0", "2025-12-09", "table webhooks", "index idx_webhooks_enabled"],
      [
        ...["005 namespace_colors", "2.1.0", "2025-12-11"],
        ...["table namespace_colors", "index idx_namespace_colors_updated"],
      ],
      [
        ...["006 key_colors", "2.1.0", "2025-12-11"],
        ...["table key_colors", "index idx_key_colors_namespace", "index idx_key_colors_updated"],
      ],
      ["007 webhook_names", "2.2.0", null, "column webhooks.name"],
      [
        ...["008 monitoring", "2.3.0", "2026-07-25"],
        ...[
          "table monitoring_thresholds",
          "index idx_monitoring_thresholds_enabled",
          "table monitoring_state",
        ],
      ],
    ]);
    expect(later).toEqual([]);
    expect(newest).toBe("2.3.1");
  });

  it("has a base schema without anything that a migration adds", () => {
    const { base, migrations } = loadCatalog();
    const labels = base.map((s) => labelOf(s.provides));
    expect(labels).toEqual([
      "table namespaces",
      ...["table key_metadata", "index idx_key_metadata_namespace", "index idx_key_metadata_search"],
      ...["table audit_log", "index idx_audit_log_namespace", "index idx_audit_log_user"],
      ...["table bulk_jobs", "index idx_bulk_jobs_status"],
    ]);
    const columns = base.flatMap(({ provides: p }) =>
      p.kind === "table" ? p.columns.map((c) => `column ${p.name}.${c.name}`) : [],
    );
    const added = migrations.flatMap((m) => m.statements.map((s) => labelOf(s.provides)));
    expect(added.filter((label) => [...labels, ...columns].includes(label))).toEqual([]);
  });
});

describe("a modified sql folder", () => {
  let folder = "";
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const addX = "ALTER TABLE bulk_jobs ADD x TEXT;";
  const valid = `-- version: 2.4.0\n${addX}`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kv-sql-"));
    cpSync(join(packageFolder, "sql"), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("includes an added migration with its header, comments and statements", () => {
    write(
      "migrations/900_webhook_retries.sql",
      "-- Webhook retries: how often.\n-- version: 2.4.0\n-- since: 2026-01-31\n\n-- How often.\nALTER TABLE bulk_jobs ADD retries INTEGER DEFAULT 3;\n",
    );
    const { migrations, newest } = loadCatalog(folder);
    expect(newest).toBe("2.4.0");
    expect(migrations.slice(0, -1)).toEqual(loadCatalog().migrations);
    expect(migrations.at(-1)).toEqual({
      id: "900",
      name: "webhook_retries",
      title: "Webhook retries: how often.",
      version: "2.4.0",
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
    [
      "from its first lines",
      "-- Title\n-- version: 2.4.0\n-- since: 2026-01-01\n\nALTER TABLE t ADD a TEXT;",
      { title: "Title", since: "2026-01-01" },
    ],
    [
      "in any order, and only the first line of text is the title",
      "-- version: 2.4.0\n-- Title\n-- More.\n-- since: 2026-01-01\n\nALTER TABLE t ADD a TEXT;",
      { title: "Title", since: "2026-01-01" },
    ],
    [
      "after a byte order mark",
      "\ufeff-- Title\n-- since: 2026-01-01\n-- version: 2.4.0\n\nALTER TABLE t ADD a TEXT;",
      { title: "Title", since: "2026-01-01" },
    ],
    [
      "with Windows line endings",
      "-- Title\r\n-- version: 2.4.0\r\n-- since: 2026-01-01\r\n\r\nALTER TABLE t\r\nADD a TEXT;",
      { title: "Title", since: "2026-01-01" },
    ],
    [
      "the title from the file name if there is only a version",
      "-- version: 2.4.0\nALTER TABLE t ADD a TEXT;",
      { title: "some thing", since: null },
    ],
    [
      "the same after a byte order mark, with the version's name in another case",
      "\ufeff-- Version: 2.4.0\nALTER TABLE t ADD a TEXT;",
      { title: "some thing", since: null },
    ],
    [
      "nothing from comments below the first empty line",
      "-- version: 2.4.0\n\n-- not at the top\n-- since: 2026-01-01\nALTER TABLE t ADD a TEXT;",
      { title: "some thing", since: null },
    ],
  ])("reads a migration's title and first day: %s", (_, text, expected) => {
    write("migrations/900_some_thing.sql", text);
    const migration = loadCatalog(folder).migrations[8];
    expect(migration).toMatchObject(expected);
    expect(migration?.statements[0]?.sql).toMatch(/^ALTER TABLE t[ \n]ADD a TEXT$/);
  });

  it("orders migrations by number and ignores files that are not .sql", () => {
    for (const number of ["10", "9", "0011"])
      write(`migrations/${number}_x.sql`, `-- version: 2.4.0\nALTER TABLE bulk_jobs ADD x${number} TEXT;`);
    write("migrations/README.md", "notes");
    expect(loadCatalog(folder).migrations.map((m) => m.id)).toEqual([
      ...["001", "002", "003", "004", "005", "006", "007", "008"],
      ...["9", "10", "0011"],
    ]);
  });

  it.each(["01_other.sql", "0003_other.sql"])(
    "refuses %s, because leading zeros do not make a different number",
    (file) => {
      write(`migrations/${file}`, valid);
      expect(() => loadCatalog(folder)).toThrow(/^sql\/migrations\/\d+_\w+\.sql:1: its number is taken$/);
    },
  );

  it.each(["soon", "2026-02-30", "2026-1-1", "2026-01-01 or so", ""])('refuses the first day "%s"', (day) => {
    write("migrations/900_x.sql", `-- Title\n-- version: 2.4.0\n-- since: ${day}\n\n${addX}`);
    expect(() => loadCatalog(folder)).toThrow(
      new SqlFileError("sql/migrations/900_x.sql", 3, `"${day}" is not a day like 2025-11-10`),
    );
  });

  it.each(["soon", "2", "2.4", ""])('refuses the version "%s"', (version) => {
    write("migrations/900_x.sql", `-- Title\n-- version: ${version}\n\n${addX}`);
    expect(() => loadCatalog(folder)).toThrow(
      new SqlFileError("sql/migrations/900_x.sql", 2, `"${version}" is not a version like 2.1.0`),
    );
  });

  const wrongName = "a migration is named like 004_what_it_adds.sql";
  it.each([
    ["whose name has no number", "notes.sql", valid, 1, wrongName],
    ["whose number is followed by a hyphen", "004-x.sql", valid, 1, wrongName],
    ["whose name is only a number", "900_.sql", valid, 1, wrongName],
    ["whose number is missing", "_x.sql", valid, 1, wrongName],
    ["whose number is taken", "003_other.sql", valid, 1, "its number is taken"],
    ["that is empty", "900_empty.sql", "", 1, "there is no statement in it"],
    ["that has only a comment", "900_comment.sql", "-- Nothing yet\n;\n", 1, "there is no statement in it"],
    ["without a version", "900_old.sql", addX, 1, "its first lines have none like -- version: 2.4.0"],
    [
      "with an unsupported statement",
      "900_bad.sql",
      `-- Bad\n${valid}\nDROP TABLE bulk_jobs;`,
      4,
      "only CREATE TABLE, CREATE INDEX and ALTER TABLE … ADD COLUMN are supported, not DROP TABLE",
    ],
  ])("refuses a migration file %s, with line and reason: %s", (_, file, text, line, reason) => {
    write(`migrations/${file}`, text);
    expect(() => loadCatalog(folder)).toThrow(new SqlFileError(`sql/migrations/${file}`, line, reason));
  });

  it("names base.sql and the line when the error is there", () => {
    write("base.sql", "-- Schema\nCREATE TABLE t (a TEXT);\nCREATE VIEW v AS SELECT 1;");
    expect(() => loadCatalog(folder)).toThrow(/^sql\/base\.sql:3: only CREATE TABLE.*, not CREATE VIEW$/);
  });
});
