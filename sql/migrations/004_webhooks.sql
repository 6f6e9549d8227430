-- Webhooks: tell another service what happens in KV Manager.
-- version: 2.0.0
-- since: 2025-12-09

-- Webhook targets and their events. events is a JSON array; secret signs what is sent.
CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  secret TEXT,
  enabled INTEGER DEFAULT 1,
  created_at TEXT DEFAULT (datetime('now')),
  updated_at TEXT DEFAULT (datetime('now'))
);

-- Finds the enabled webhooks.
CREATE INDEX IF NOT EXISTS idx_webhooks_enabled
  ON webhooks(enabled);
