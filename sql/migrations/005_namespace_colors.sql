-- Namespace colors: a color for each namespace, to tell them apart at a glance.
-- version: 2.1.0
-- since: 2025-12-11

-- The color of a namespace, and who chose it.
CREATE TABLE IF NOT EXISTS namespace_colors (
  namespace_id TEXT PRIMARY KEY,
  color TEXT NOT NULL,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_by TEXT
);

-- The colors that were changed last.
CREATE INDEX IF NOT EXISTS idx_namespace_colors_updated
  ON namespace_colors(updated_at DESC);
