import type { Column, Index, Snapshot, Table } from "../../src/database/snapshot.js";

/** Schemas as an inspection would find them, in short form. They follow the history, not sql/. */

/** `name TYPE`, followed by `!` for NOT NULL and `= …` for a default. */
export function column(text: string, more: Partial<Column> = {}): Column {
  const [, name = "", type = "", bang, value] = /^(\S+) ?([^!=]*?)( ?!)?(?: = (.*))?$/.exec(text) ?? [];
  return {
    ...{ name, type: type.trim(), notNull: bang !== undefined, default: value ?? null },
    ...{ primaryKey: 0, generated: false },
    ...more,
  };
}

export function tableOf(name: string, columns: (string | Column)[], more: Partial<Table> = {}): Table {
  return {
    name,
    strict: false,
    withoutRowid: false,
    columns: columns.map((c) => (typeof c === "string" ? column(c) : c)),
    references: [],
    ...more,
  };
}

/** Columns as `name`, or `name DESC`. */
export function indexOf(name: string, table: string, columns: string[], more: Partial<Index> = {}): Index {
  return {
    ...{ name, table, unique: false, partial: false, implied: false },
    columns: columns.map((c) => ({ name: c.split(" ")[0] ?? null, descending: c.endsWith(" DESC") })),
    ...more,
  };
}

export const emptySnapshot: Snapshot = { tables: [], indexes: [], others: [], triggers: [] };

const now = "CURRENT_TIMESTAMP";
const numbered = column("id INTEGER", { primaryKey: 1 });

export const namespaces = tableOf("namespaces", [
  column("namespace_id TEXT", { primaryKey: 1 }),
  "namespace_title TEXT !",
  `first_accessed DATETIME = ${now}`,
  `last_accessed DATETIME = ${now}`,
]);
export const keyMetadata = tableOf("key_metadata", [
  numbered,
  ...["namespace_id TEXT !", "key_name TEXT !", "tags TEXT", "custom_metadata TEXT"],
  ...[`created_at DATETIME = ${now}`, `updated_at DATETIME = ${now}`],
]);
export const auditLog = tableOf("audit_log", [
  numbered,
  ...["namespace_id TEXT !", "key_name TEXT", "operation TEXT !", "user_email TEXT"],
  ...[`timestamp DATETIME = ${now}`, "details TEXT"],
]);
export const jobAuditEvents = tableOf(
  "job_audit_events",
  [
    numbered,
    ...["job_id TEXT !", "event_type TEXT !", "user_email TEXT !"],
    ...[`timestamp DATETIME = ${now}`, "details TEXT"],
  ],
  { references: [{ column: "job_id", table: "bulk_jobs", to: "job_id" }] },
);
export const jobIndex = indexOf("idx_job_audit_events_job_id", "job_audit_events", [
  "job_id",
  "timestamp DESC",
]);
export const userIndex = indexOf("idx_job_audit_events_user", "job_audit_events", [
  "user_email",
  "timestamp DESC",
]);

/** The columns that migrations 002 and 003 add. */
export const laterColumns = ["current_key TEXT", "percentage REAL = 0", "metadata TEXT"] as const;

/** bulk_jobs with some of the later columns. */
export function bulkJobs(later: (string | Column)[]): Table {
  return tableOf("bulk_jobs", [
    column("job_id TEXT", { primaryKey: 1 }),
    ...["namespace_id TEXT !", "operation_type TEXT !", "status TEXT !", "total_keys INTEGER"],
    ...["processed_keys INTEGER", "error_count INTEGER", "started_at DATETIME", "completed_at DATETIME"],
    "user_email TEXT",
    ...later,
  ]);
}

const baseIndexes = [
  indexOf("sqlite_autoindex_key_metadata_1", "key_metadata", ["namespace_id", "key_name"], {
    unique: true,
    implied: true,
  }),
  indexOf("idx_key_metadata_namespace", "key_metadata", ["namespace_id"]),
  indexOf("idx_key_metadata_search", "key_metadata", ["key_name"]),
  indexOf("idx_audit_log_namespace", "audit_log", ["namespace_id", "timestamp DESC"]),
  indexOf("idx_audit_log_user", "audit_log", ["user_email", "timestamp DESC"]),
  indexOf("idx_bulk_jobs_status", "bulk_jobs", ["status", "started_at DESC"]),
];

/**
 * A KV Manager database.
 * @param later the later columns that bulk_jobs has
 * @param events null without the table job_audit_events, else the indexes that it has
 */
export function kvManager(later: (string | Column)[], events: Index[] | null): Snapshot {
  return {
    ...emptySnapshot,
    tables: [
      namespaces,
      keyMetadata,
      auditLog,
      bulkJobs(later),
      ...(events === null ? [] : [jobAuditEvents]),
    ],
    indexes: [...baseIndexes, ...(events ?? [])],
  };
}

/** The database that KV Manager 1.x needs. */
export const completeDatabase = kvManager([...laterColumns], [jobIndex, userIndex]);

/** Returns a snapshot with one table replaced by name (or added). */
export function withTable(snapshot: Snapshot, table: Table): Snapshot {
  return { ...snapshot, tables: [...snapshot.tables.filter((t) => t.name !== table.name), table] };
}

/** Returns a snapshot without the object of this name. */
export function without(snapshot: Snapshot, name: string): Snapshot {
  return {
    ...snapshot,
    tables: snapshot.tables.filter((t) => t.name !== name),
    indexes: snapshot.indexes.filter((i) => i.name !== name && i.table !== name),
  };
}
