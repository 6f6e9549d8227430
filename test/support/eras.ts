/**
 * The schemas that KV Manager's own schema.sql created, one for each era of its history. They are spelled out here,
 * since the tests must not derive from sql/ what they prove about it.
 */

const firstTables = `
CREATE TABLE IF NOT EXISTS namespaces (
  namespace_id TEXT PRIMARY KEY,
  namespace_title TEXT NOT NULL,
  first_accessed DATETIME DEFAULT CURRENT_TIMESTAMP,
  last_accessed DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS key_metadata (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  namespace_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  tags TEXT,
  custom_metadata TEXT,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  UNIQUE(namespace_id, key_name)
);
CREATE INDEX IF NOT EXISTS idx_key_metadata_namespace ON key_metadata(namespace_id);
CREATE INDEX IF NOT EXISTS idx_key_metadata_search ON key_metadata(key_name);
CREATE TABLE IF NOT EXISTS audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  namespace_id TEXT NOT NULL,
  key_name TEXT,
  operation TEXT NOT NULL,
  user_email TEXT,
  timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
  details TEXT
);
CREATE INDEX IF NOT EXISTS idx_audit_log_namespace ON audit_log(namespace_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_audit_log_user ON audit_log(user_email, timestamp DESC);`;

const progressColumns = "current_key TEXT,\n  percentage REAL DEFAULT 0,";

const bulkJobs = (progress: boolean, metadata: boolean) => `
CREATE TABLE IF NOT EXISTS bulk_jobs (
  job_id TEXT PRIMARY KEY,
  namespace_id TEXT NOT NULL,
  operation_type TEXT NOT NULL,
  status TEXT NOT NULL,
  total_keys INTEGER,
  processed_keys INTEGER,
  error_count INTEGER,
  ${progress ? progressColumns : ""}
  started_at DATETIME,
  completed_at DATETIME,
  user_email TEXT${metadata ? ",\n  metadata TEXT" : ""}
);
CREATE INDEX IF NOT EXISTS idx_bulk_jobs_status ON bulk_jobs(status, started_at DESC);`;

/** The events table and its indexes, one statement each. */
export const jobAuditEvents = `
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
CREATE INDEX IF NOT EXISTS idx_job_audit_events_user ON job_audit_events(user_email, timestamp DESC);`;

const webhooks = `
CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  secret TEXT,
  enabled INTEGER DEFAULT 1,
  created_at TEXT DEFAULT (datetime('now')),
  updated_at TEXT DEFAULT (datetime('now'))
);
CREATE INDEX IF NOT EXISTS idx_webhooks_enabled ON webhooks(enabled);`;

const namespaceColors = `
CREATE TABLE IF NOT EXISTS namespace_colors (
  namespace_id TEXT PRIMARY KEY,
  color TEXT NOT NULL,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_by TEXT
);
CREATE INDEX IF NOT EXISTS idx_namespace_colors_updated ON namespace_colors(updated_at DESC);`;

const keyColors = `
CREATE TABLE IF NOT EXISTS key_colors (
  namespace_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  color TEXT NOT NULL,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_by TEXT,
  PRIMARY KEY (namespace_id, key_name)
);
CREATE INDEX IF NOT EXISTS idx_key_colors_namespace ON key_colors(namespace_id);
CREATE INDEX IF NOT EXISTS idx_key_colors_updated ON key_colors(updated_at DESC);`;

const monitoring = `
CREATE TABLE IF NOT EXISTS monitoring_thresholds (
  namespace_id TEXT PRIMARY KEY,
  storage_bytes_threshold INTEGER,
  operation_rate_threshold INTEGER,
  latency_p99_threshold_ms REAL,
  enabled INTEGER DEFAULT 1,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_by TEXT
);
CREATE INDEX IF NOT EXISTS idx_monitoring_thresholds_enabled ON monitoring_thresholds(enabled);
CREATE TABLE IF NOT EXISTS monitoring_state (
  namespace_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  consecutive_failures INTEGER DEFAULT 0,
  is_breached INTEGER DEFAULT 0,
  last_alert_at DATETIME,
  last_checked_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (namespace_id, event_type)
);`;

/** What KV Manager 2.x's own upgrade runs, by ledger version; it sends each statement separately. */
export const ownUpgrade: { version: number; name: string; sql: string }[] = [
  { version: 1, name: "initial_schema", sql: firstTables + bulkJobs(true, true) },
  { version: 2, name: "job_audit_events", sql: jobAuditEvents },
  { version: 3, name: "webhooks", sql: webhooks },
  { version: 4, name: "namespace_colors", sql: namespaceColors },
  { version: 5, name: "key_colors", sql: keyColors },
  {
    version: 6,
    name: "webhooks_add_name",
    sql: "ALTER TABLE webhooks ADD COLUMN name TEXT NOT NULL DEFAULT '';",
  },
  { version: 7, name: "monitoring", sql: monitoring },
];

/** The content of KV Manager 2.3's file for upgrades by hand, in one batch. */
export const ownManualFile = `${jobAuditEvents}
ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT;
ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0;
ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;
${monitoring}`;

const colors = namespaceColors + keyColors;
const lastOfOne = firstTables + bulkJobs(true, true) + jobAuditEvents;

/** The schema of each era by its first day; the oldest era has no known first day. */
export const eraSchemas = {
  oldest: firstTables + bulkJobs(false, false),
  "2025-11-08": firstTables + bulkJobs(true, false),
  "2025-11-10": firstTables + bulkJobs(true, false) + jobAuditEvents,
  "2025-11-22": lastOfOne,
  "2025-12-09": lastOfOne + webhooks,
  "2025-12-11": lastOfOne + webhooks + colors,
  "2026-07-25": lastOfOne + webhooks + colors + monitoring,
} as const;

/** The first day of an era, or `oldest`. */
export type EraName = keyof typeof eraSchemas;

/** The migrations that each era lacks for KV Manager 1, according to its history. */
export const pendingIn: Record<EraName, string[]> = {
  oldest: ["001", "002", "003"],
  "2025-11-08": ["001", "003"],
  "2025-11-10": ["003"],
  "2025-11-22": [],
  "2025-12-09": [],
  "2025-12-11": [],
  "2026-07-25": [],
};

const ofTwo = ["004", "005", "006", "007", "008"];

/** The same for the newest KV Manager 2. */
export const pendingForTwo: Record<EraName, string[]> = {
  oldest: [...pendingIn.oldest, ...ofTwo],
  "2025-11-08": [...pendingIn["2025-11-08"], ...ofTwo],
  "2025-11-10": [...pendingIn["2025-11-10"], ...ofTwo],
  "2025-11-22": ofTwo,
  "2025-12-09": ["005", "006", "007", "008"],
  "2025-12-11": ["007", "008"],
  "2026-07-25": ["007"],
};

/** Returns the era of a deployment made on a day (`YYYY-MM-DD`). */
export function eraOn(day: string): EraName {
  return (Object.keys(eraSchemas) as EraName[]).findLast((era) => era === "oldest" || era <= day) ?? "oldest";
}

/** Rows for the tables that every era has: a few hundred jobs, keys and log entries, including odd values. */
export const seedRows = `
INSERT INTO namespaces (namespace_id, namespace_title)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
SELECT 'ns-' || i, 'Namespace ' || i || ' – café; it''s "quoted"' FROM n;
INSERT INTO key_metadata (namespace_id, key_name, tags, custom_metadata)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
SELECT 'ns-' || (i % 12 + 1), 'key:' || i || ';--' || char(10), '["tag' || (i % 7) || '"]', '{"n":' || i || '}' FROM n;
INSERT INTO audit_log (namespace_id, key_name, operation, user_email, details)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT 'ns-' || (i % 12 + 1), 'key:' || i, 'put', 'user' || (i % 5) || '@example.com', NULL FROM n;
INSERT INTO bulk_jobs (job_id, namespace_id, operation_type, status, total_keys, processed_keys, error_count, started_at, user_email)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
SELECT 'job-' || i, 'ns-' || (i % 12 + 1), 'bulk_copy', CASE i % 4 WHEN 0 THEN 'running' ELSE 'completed' END,
  i * 10, i * 9, i % 3, '2025-11-0' || (i % 7 + 1) || ' 10:00:00', 'user' || (i % 5) || '@example.com' FROM n;`;
