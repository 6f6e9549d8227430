import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainEnvironment, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, hasEvents, jobColumns, makeLocal, rowsOf } from "../support/local.js";
import { developmentId, packageFolder } from "../support/project.js";

// What KV Manager's guide has people run: all three migrations in one file.
const applyAllMigrations = `
CREATE TABLE IF NOT EXISTS job_audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  user_email TEXT NOT NULL,
  timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
  details TEXT,
  FOREIGN KEY (job_id) REFERENCES bulk_jobs(job_id)
);
CREATE INDEX IF NOT EXISTS idx_job_audit_events_job_id ON job_audit_events(job_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_job_audit_events_user ON job_audit_events(user_email, timestamp DESC);
ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT;
ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0;
ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;
`;

const project = disposableProjects();

describe("a partly upgraded database", () => {
  it("still lacks job_audit_events and metadata after the guide's file, but not after this program", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-08");
    writeFileSync(join(cwd, "apply_all_migrations.sql"), applyAllMigrations);
    const before = dump(file);

    const wrangler = join(packageFolder, "node_modules/wrangler/bin/wrangler.js");
    const args =
      "d1 execute kv-manager-metadata-dev --local --config wrangler.dev.toml --file=apply_all_migrations.sql";
    const guide = spawnSync(process.execPath, [wrangler, ...args.split(" ")], {
      cwd,
      env: { ...plainEnvironment(), CI: "true", WRANGLER_SEND_METRICS: "false" },
      encoding: "utf8",
    });
    expect(guide.stdout + guide.stderr).toContain("duplicate column name: current_key");
    expect(hasEvents(file)).toBe(false);
    expect(jobColumns(file)).not.toContain("metadata");

    const ours = await runJson(["--local", "--binding", "kv-manager-metadata-dev", "--yes"], { cwd });
    expect([ours.code, ours.json.outcome]).toEqual([0, "upgraded"]);
    expect(hasEvents(file)).toBe(true);
    expect(jobColumns(file)).toEqual(expect.arrayContaining(["current_key", "percentage", "metadata"]));
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
  });
});
