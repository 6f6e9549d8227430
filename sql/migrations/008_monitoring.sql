-- Monitoring: thresholds for a namespace, and whether they are exceeded.
-- version: 2.3.0
-- since: 2026-07-25

-- Alert thresholds for each namespace.
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

-- Finds the enabled thresholds.
CREATE INDEX IF NOT EXISTS idx_monitoring_thresholds_enabled
  ON monitoring_thresholds(enabled);

-- The current alert state of each namespace.
CREATE TABLE IF NOT EXISTS monitoring_state (
  namespace_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  consecutive_failures INTEGER DEFAULT 0,
  is_breached INTEGER DEFAULT 0,
  last_alert_at DATETIME,
  last_checked_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (namespace_id, event_type)
);
