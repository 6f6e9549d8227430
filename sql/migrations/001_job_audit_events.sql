-- Job audit events: the timeline of a job on the Job History page.
-- version: 1.0.0
-- since: 2025-11-10

-- What happened in a job: started, milestones, completed and so on. "details" holds JSON.
CREATE TABLE IF NOT EXISTS job_audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  user_email TEXT NOT NULL,
  timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
  details TEXT,
  FOREIGN KEY (job_id) REFERENCES bulk_jobs(job_id)
);

-- Finds the events of a job, newest first.
CREATE INDEX IF NOT EXISTS idx_job_audit_events_job_id
  ON job_audit_events(job_id, timestamp DESC);

-- Finds the events of a user, newest first.
CREATE INDEX IF NOT EXISTS idx_job_audit_events_user
  ON job_audit_events(user_email, timestamp DESC);
