import type { TargetPart } from "../project/target-names.js";
import type { Environment } from "./environment.js";
import type { LastFailure } from "./last-failure-file.js";

/** What a support report has once, however many databases it is about. */
export interface CommonData {
  /** When it was made, ISO 8601. */
  at: string;
  facts: Environment;
  /** The last failure of this project on this computer; null for a saved schema, which is someone else's. */
  lastFailure: LastFailure | null;
}

/** A support report as data. Every text is redacted. */
export interface ReportData extends CommonData {
  /** The database that the command line asks for; null if it asks for none. */
  asked: AskedPart | null;
  /** What is known of the database; null if none was queried. */
  database: DatabasePart | null;
  /** The schema as read, in the form that `--snapshot` takes. */
  snapshot: Record<string, unknown> | null;
}

/** A database as given by the flags. */
export interface AskedPart {
  location: string;
  binding: string | null;
  config: string | null;
  env: string | null;
  persistTo: string | null;
}

/** The state of the database: the relevant parts of the JSON output, differences, notes, and details of a failure. */
export interface DatabasePart {
  outcome: string;
  /** Null for a saved schema, and if none could be chosen. */
  target: TargetPart | null;
  kvManager: { version: string; from: string };
  deployed: { from: string | null; before: string | null } | null;
  migrations: { id: string; name: string; status: string; missing: string[] }[];
  statements: string[];
  applied: boolean | null;
  checks: { object: string; expected: string; actual: string | null; ok: boolean }[];
  differences: string[];
  remarks: string[];
  notes: string[];
  restorePoint: { bookmark: string; command: string } | null;
  error: { code: string; message: string; advice: string } | null;
  /** What wrangler printed when it failed, bounded; null if it did not fail. */
  said: string | null;
  /** The stack trace if it was a bug in this program; null otherwise. */
  stack: string | null;
}

/** One of several databases in a report. */
export interface OneDatabase {
  database: DatabasePart;
  snapshot: ReportData["snapshot"];
}

/** A report about several databases as data. Every text is redacted. */
export interface AllData extends CommonData {
  databases: OneDatabase[];
}
