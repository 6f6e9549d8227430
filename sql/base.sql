-- The first schema of KV Manager's metadata database, from before any migration.
-- A new installation is this file and then every migration that its version of KV Manager needs.
-- newest: 2.3.1

-- One row for each Workers KV namespace that was opened in KV Manager.
CREATE TABLE IF NOT EXISTS namespaces (
  namespace_id TEXT PRIMARY KEY,
  namespace_title TEXT NOT NULL,
  first_accessed DATETIME DEFAULT CURRENT_TIMESTAMP,
  last_accessed DATETIME DEFAULT CURRENT_TIMESTAMP
);

-- Tags and custom metadata of individual keys: tags is a JSON array, custom_metadata a JSON object.
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

-- Finds the keys of a namespace.
CREATE INDEX IF NOT EXISTS idx_key_metadata_namespace
  ON key_metadata(namespace_id);

-- Finds keys by name, for the search page.
CREATE INDEX IF NOT EXISTS idx_key_metadata_search
  ON key_metadata(key_name);

-- Who did what, to which key. details is JSON.
CREATE TABLE IF NOT EXISTS audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  namespace_id TEXT NOT NULL,
  key_name TEXT,
  operation TEXT NOT NULL,
  user_email TEXT,
  timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
  details TEXT
);

-- The audit log of a namespace, newest first.
CREATE INDEX IF NOT EXISTS idx_audit_log_namespace
  ON audit_log(namespace_id, timestamp DESC);

-- The audit log of a user, newest first.
CREATE INDEX IF NOT EXISTS idx_audit_log_user
  ON audit_log(user_email, timestamp DESC);

-- Imports, exports, bulk copies and other long jobs.
CREATE TABLE IF NOT EXISTS bulk_jobs (
  job_id TEXT PRIMARY KEY,
  namespace_id TEXT NOT NULL,
  operation_type TEXT NOT NULL,
  status TEXT NOT NULL,
  total_keys INTEGER,
  processed_keys INTEGER,
  error_count INTEGER,
  started_at DATETIME,
  completed_at DATETIME,
  user_email TEXT
);

-- Jobs by status, newest first.
CREATE INDEX IF NOT EXISTS idx_bulk_jobs_status
  ON bulk_jobs(status, started_at DESC);
