-- Key colors: a color for individual keys.
-- version: 2.1.0
-- since: 2025-12-11

-- The color of a key, and who chose it.
CREATE TABLE IF NOT EXISTS key_colors (
  namespace_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  color TEXT NOT NULL,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_by TEXT,
  PRIMARY KEY (namespace_id, key_name)
);

-- The colored keys of a namespace.
CREATE INDEX IF NOT EXISTS idx_key_colors_namespace
  ON key_colors(namespace_id);

-- The colors that were changed last.
CREATE INDEX IF NOT EXISTS idx_key_colors_updated
  ON key_colors(updated_at DESC);
