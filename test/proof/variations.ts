import { seedRows } from "../support/eras.js";
import { quoted } from "../support/sql.js";
import type { State } from "../support/states.js";
import { misleadingComments, type Shape, shaped } from "./shapes.js";

/** One way in which real databases differ from what KV Manager created. */
export interface Variation {
  name: string;
  shape: Shape;
  /** SQL to run once KV Manager's own objects and rows exist. */
  extra: (state: State) => string;
}

const hasEvents = (state: State) => !state.missing.includes("table job_audit_events");

const ownColumns = (state: State) => `
ALTER TABLE bulk_jobs ADD COLUMN note TEXT DEFAULT 'it''s mine, and "yours"';
ALTER TABLE bulk_jobs ADD COLUMN "not null" INTEGER NOT NULL DEFAULT -1;
ALTER TABLE bulk_jobs ADD COLUMN size AS (processed_keys * 2) VIRTUAL;
ALTER TABLE key_metadata ADD COLUMN owner TEXT COLLATE NOCASE;
UPDATE bulk_jobs SET note = job_id WHERE error_count > 0;
${hasEvents(state) ? "ALTER TABLE job_audit_events ADD COLUMN host TEXT; UPDATE job_audit_events SET host = 'h';" : ""}`;

const ownTables = () => `
CREATE TABLE job_notes (job_id TEXT REFERENCES bulk_jobs(job_id) ON DELETE CASCADE, note TEXT UNIQUE);
INSERT INTO job_notes VALUES ('job-1', 'first'), (NULL, NULL);
CREATE TABLE settings (key TEXT PRIMARY KEY, value ANY) STRICT;
INSERT INTO settings VALUES ('a', 1), ('b', x'00ff'), ('c', NULL), ('d', 1.5);
CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);
INSERT INTO d1_migrations (name) VALUES ('0001_own.sql');
CREATE VIRTUAL TABLE notes_search USING fts5(note);
INSERT INTO notes_search VALUES ('find me');
CREATE INDEX own_by_state ON bulk_jobs(lower(status)) WHERE error_count > 0;
CREATE INDEX own_by_user ON bulk_jobs(user_email DESC, job_id);
CREATE TABLE metadata (percentage TEXT, current_key TEXT);
INSERT INTO metadata VALUES ('a table of this name', 'is no column');`;

const triggers = () => `
CREATE TABLE job_log (job_id TEXT, said TEXT);
CREATE TRIGGER log_new AFTER INSERT ON bulk_jobs BEGIN INSERT INTO job_log VALUES (new.job_id, 'new; END'); END;
CREATE TRIGGER log_changed AFTER UPDATE OF status ON bulk_jobs WHEN new.status IS NOT old.status
BEGIN INSERT INTO job_log VALUES (new.job_id, new.status); DELETE FROM job_log WHERE job_id IS NULL; END;
CREATE TRIGGER keep BEFORE DELETE ON bulk_jobs BEGIN SELECT RAISE(ABORT, 'jobs are kept'); END;
UPDATE bulk_jobs SET status = 'failed' WHERE job_id = 'job-7';`;

const views = () => `
CREATE VIEW running_jobs AS SELECT * FROM bulk_jobs WHERE status = 'running';
CREATE VIEW jobs_by_user(email, jobs) AS SELECT user_email, count(*) FROM "bulk_jobs" GROUP BY 1;
CREATE VIEW of_a_view AS SELECT job_id FROM running_jobs;
CREATE VIEW broken AS SELECT lost FROM nowhere;
CREATE VIEW broken_too AS SELECT no_such_column FROM bulk_jobs;
CREATE TRIGGER instead INSTEAD OF INSERT ON running_jobs BEGIN SELECT 1; END;`;

/** As KV Manager 2.x leaves it: the ledger marks its version 1 as done, whatever the columns are. */
const secondGeneration = () => `
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, migration_name TEXT NOT NULL,
  applied_at DATETIME DEFAULT CURRENT_TIMESTAMP);
INSERT INTO schema_version VALUES (1, 'initial_schema', '2025-12-01'), (2, 'webhooks', '2025-12-02'),
  (3, 'job_audit_events', '2025-12-02'), (4, 'progress_tracking', '2025-12-03'), (5, 'metadata', '2025-12-03');
CREATE TABLE webhooks (id TEXT PRIMARY KEY, url TEXT NOT NULL, events TEXT NOT NULL, secret TEXT);
CREATE TABLE namespace_colors (namespace_id TEXT PRIMARY KEY, color TEXT NOT NULL);
CREATE TABLE key_colors (namespace_id TEXT, key_name TEXT, color TEXT, PRIMARY KEY (namespace_id, key_name));
CREATE TABLE monitoring_thresholds (id INTEGER PRIMARY KEY, metric TEXT, value REAL);
CREATE TABLE monitoring_state (metric TEXT PRIMARY KEY, last_value REAL);
INSERT INTO webhooks VALUES ('w', 'https://example.com/', '["job"]', 's');
INSERT INTO namespace_colors VALUES ('ns-1', 'red');
INSERT INTO key_colors VALUES ('ns-1', 'key:1', 'blue');`;

/** D1 refuses to describe its own tables; they are in every remote database, and appear in local ones later. */
const reserved = () => `
CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
INSERT INTO _cf_KV VALUES ('a', x'01');
CREATE TABLE _cf_PROOF (a TEXT UNIQUE, b INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE INDEX _cf_INDEX ON _cf_PROOF(a, b);
INSERT INTO _cf_PROOF (a) VALUES ('kept');`;

const withoutRowid = () => `
CREATE TABLE pairs (a TEXT, b TEXT, c, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
INSERT INTO pairs VALUES ('1', '2', NULL), ('2', '1', 3);`;

/** Names that trip up terminals, shells and careless parsers. */
export const oddNames = [
  ...["таблица", "テーブル", "É", "é", "İşler", "עבודות", "jobs 🗄"],
  ...[
    "esc\u001b[31mred\u001b[0m",
    "tab\there",
    "line\nbreak",
    "bell\u0007",
    "rtl\u202eover",
    "zero\u200bwidth",
  ],
  ...['"', "'", "`", "[x]", "a.b", "a;b", "--", "%s", "\\", " ", "select", "\u007f\u0085"],
];
const otherNames = (state: State) =>
  oddNames
    .flatMap((name, i) => [
      `CREATE TABLE ${quoted(name)} (${quoted(`${name} `)} TEXT, ${quoted(name)} TEXT DEFAULT 'é'' \u0007');`,
      `INSERT INTO ${quoted(name)} VALUES ('${i}', NULL);`,
      `CREATE INDEX ${quoted(`${name} index`)} ON ${quoted(name)}(${quoted(name)} DESC);`,
      `CREATE VIEW ${quoted(`${name} view`)} AS SELECT * FROM ${quoted(name)};`,
      `ALTER TABLE bulk_jobs ADD COLUMN ${quoted(name)} TEXT;`,
      ...(hasEvents(state)
        ? [`ALTER TABLE job_audit_events ADD COLUMN ${quoted(name)} TEXT DEFAULT '${i}';`]
        : []),
    ])
    .join("\n");

const nothing = () => "";
const mixedOrder = [5, 3, 9, 1, 8, 2, 7, 0, 6, 4, 9, 3, 0];

/** All of them; the first is none. */
export const variations: Variation[] = [
  { name: "as KV Manager made it", shape: {}, extra: nothing },
  { name: "names in capitals", shape: { cases: [1] }, extra: nothing },
  { name: "names in mixed case", shape: { cases: [0, 1, 2, 1, 1] }, extra: nothing },
  { name: "quoted names", shape: { quotes: [1, 2, 3, 0, 2] }, extra: nothing },
  { name: "own columns", shape: {}, extra: ownColumns },
  { name: "own tables and indexes", shape: {}, extra: ownTables },
  { name: "triggers on bulk_jobs", shape: {}, extra: triggers },
  { name: "views on bulk_jobs, broken ones too", shape: {}, extra: views },
  { name: "KV Manager 2.x with a ledger that claims too much", shape: {}, extra: secondGeneration },
  { name: "columns in another order", shape: { order: mixedOrder }, extra: nothing },
  { name: "tables of D1's own", shape: {}, extra: reserved },
  { name: "WITHOUT ROWID", shape: { withoutRowid: true }, extra: withoutRowid },
  { name: "comments in the stored SQL", shape: { comments: misleadingComments }, extra: nothing },
  { name: "names in other scripts and with control characters", shape: {}, extra: otherNames },
  {
    name: "all of it at once",
    shape: {
      cases: [1, 0, 2],
      quotes: [0, 3, 1],
      order: mixedOrder,
      comments: misleadingComments,
      withoutRowid: true,
    },
    extra: (state) =>
      [ownColumns(state), ownTables(), triggers(), views(), secondGeneration(), reserved(), otherNames(state)]
        .concat(withoutRowid())
        .join("\n"),
  },
];

/** Returns the whole SQL of a state in a variation, in the two parts that a real D1 and SQLite itself run. */
export function sqlOf(state: State, { shape, extra }: Variation): { base: string; extra: string } {
  const parts = shaped(state, shape);
  return { base: parts.base + seedRows, extra: `${parts.state}\n${extra(state)}` };
}
