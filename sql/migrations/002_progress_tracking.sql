-- Progress tracking: how far a running job is.
-- version: 1.0.0
-- since: 2025-11-08

-- The key that the job is working on.
ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT;

-- How much is done, from 0 to 100. Existing jobs have 0; no row is rewritten.
ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0;
