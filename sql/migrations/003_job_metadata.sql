-- Job metadata: batch jobs that span several namespaces, such as R2 backup and restore.
-- version: 1.0.0
-- since: 2025-11-22

-- JSON that a batch job keeps about itself, such as the list of its namespaces.
ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;
