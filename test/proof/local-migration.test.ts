import { appendFileSync, cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { inspectionText } from "../support/inspections.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId, packageFolder } from "../support/project.js";

const project = disposableProjects();

/** Copies the package as npm installs it. */
function packageCopy(): string {
  const copy = project({});
  for (const part of ["dist", "sql", "package.json"])
    cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
  return copy;
}

describe("a migration that cannot be used", () => {
  it("is the failure of a saved schema too, and a report is still made", async () => {
    const cwd = project({ "saved.json": inspectionText(eraSchemas.oldest) });
    const script = join(packageCopy(), "dist/cli.cjs");
    appendFileSync(join(dirname(script), "../sql/migrations/001_job_audit_events.sql"), "NONSENSE;\n");
    const status = await runJson(["status", "--snapshot", "saved.json"], { cwd, script });
    expect([status.code, status.json.error?.code]).toEqual([1, "SQL_FAILED"]);
    expect(status.json.error?.message).toContain("sql/migrations/001_job_audit_events.sql:");
    const report = await runJson(["report", "--snapshot", "saved.json"], { cwd, script });
    expect([report.code, report.json.error?.code]).toEqual([0, "SQL_FAILED"]);
  });
});

describe("an additional migration", () => {
  it("needs only one file in sql/migrations", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    const copy = packageCopy();
    writeFileSync(
      join(copy, "sql/migrations/900_retries.sql"),
      `-- Retries: how often a job was tried.
-- version: 2.4.0

CREATE TABLE IF NOT EXISTS job_retries (id INTEGER PRIMARY KEY, job_id TEXT NOT NULL REFERENCES bulk_jobs(job_id));
ALTER TABLE bulk_jobs ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX idx_job_retries_job ON job_retries(job_id);
`,
    );
    const script = join(copy, "dist/cli.cjs");
    // This version was unknown before the file was added.
    const version = ["--for", "2.4.0"];
    const args = ["--local", "-b", "kv-manager-metadata-dev", ...version];

    const status = await runJson(["status", ...args], { cwd, script });
    expect(status.code).toBe(3);
    expect(status.json.kvManager).toEqual({ version: "2.4.0", from: "flag" });
    expect(status.json.migrations.at(-1)).toEqual({
      id: "900",
      name: "retries",
      status: "pending",
      missing: ["table job_retries", "column bulk_jobs.retries", "index idx_job_retries_job"],
    });

    const upgraded = await runJson([...args, "--yes"], { cwd, script });
    expect([upgraded.code, upgraded.json.outcome]).toEqual([0, "upgraded"]);
    expect(upgraded.json.statements).toHaveLength(15);
    expect(upgraded.json.checks.slice(-2)).toEqual([
      {
        migration: "900",
        object: "column bulk_jobs.retries",
        expected: "INTEGER NOT NULL DEFAULT 0",
        actual: "INTEGER NOT NULL DEFAULT 0",
        ok: true,
      },
      {
        migration: "900",
        object: "index idx_job_retries_job",
        expected: "UNIQUE ON job_retries (job_id)",
        actual: "UNIQUE ON job_retries (job_id)",
        ok: true,
      },
    ]);
    expect(dump(file).rows.bulk_jobs?.every((row) => row.retries === 0)).toBe(true);

    // A second run and a first setup know it too.
    expect((await runJson([...args, "--yes"], { cwd, script })).json.outcome).toBe("up-to-date");
    const setup = await runJson(["setup", "--local", "-b", "kv-manager-metadata", ...version, "--yes"], {
      cwd,
      script,
    });
    expect([setup.code, setup.json.outcome]).toEqual([0, "set-up"]);
    expect(setup.json.checks.map((c) => c.object)).toContain("table job_retries");
  });
});
