/** What each of the first three migrations adds, in the order in which it does. */
export const addedBy = {
  "001": ["table job_audit_events", "index idx_job_audit_events_job_id", "index idx_job_audit_events_user"],
  "002": ["column bulk_jobs.current_key", "column bulk_jobs.percentage"],
  "003": ["column bulk_jobs.metadata"],
};

/** What the three add to a database that has none of them. */
export const allObjects = Object.values(addedBy).flat();

/** One of the 40 states that the objects of the three migrations can be in. */
export interface State {
  name: string;
  /** SQL that brings a database of the oldest era to this state. */
  sql: string;
  /** What is still missing then. */
  missing: string[];
}

const table = `CREATE TABLE job_audit_events (id INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL,
  event_type TEXT NOT NULL, user_email TEXT NOT NULL, timestamp DATETIME DEFAULT CURRENT_TIMESTAMP, details TEXT,
  FOREIGN KEY (job_id) REFERENCES bulk_jobs(job_id));
INSERT INTO job_audit_events (job_id, event_type, user_email, details) VALUES ('job-1', 'started', 'a@example.com', '{}');`;
const indexes = {
  "index idx_job_audit_events_job_id":
    "CREATE INDEX idx_job_audit_events_job_id ON job_audit_events(job_id, timestamp DESC);",
  "index idx_job_audit_events_user":
    "CREATE INDEX idx_job_audit_events_user ON job_audit_events(user_email, timestamp DESC);",
};
const columns = {
  "column bulk_jobs.current_key": "ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT;",
  "column bulk_jobs.percentage": "ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0;",
  "column bulk_jobs.metadata": "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;",
};

/** All subsets of a record's entries. */
function subsets(record: Record<string, string>): string[][] {
  const all: string[][] = [[]];
  for (const key of Object.keys(record)) all.push(...all.map((set) => [...set, key]));
  return all;
}

const eventStates = [
  { name: "no table", sql: "", missing: ["table job_audit_events", ...Object.keys(indexes)] },
  ...subsets(indexes).map((there) => ({
    name:
      ["table without indexes", `table with only the ${there[0]}`, "table with both indexes"][there.length] ??
      "",
    sql: [table, ...there.map((key) => indexes[key as keyof typeof indexes])].join("\n"),
    missing: Object.keys(indexes).filter((key) => !there.includes(key)),
  })),
];

/** All 40: the table with each set of its indexes or no table, times each set of the three columns. */
export const states: State[] = eventStates.flatMap((events) =>
  subsets(columns).map((there) => ({
    name: `${events.name}; ${there.map((key) => key.split(".")[1]).join(", ") || "no column"}`,
    sql: [events.sql, ...there.map((key) => columns[key as keyof typeof columns])].join("\n"),
    missing: [...events.missing, ...Object.keys(columns).filter((key) => !there.includes(key))],
  })),
);
