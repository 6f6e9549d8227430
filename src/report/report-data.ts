import type { TargetPart } from "../project/target-names.js";
import type { Facts } from "./facts.js";
import type { LastFailure } from "./last-failure-file.js";

/** A support report as data. Every text is redacted. */
export interface ReportData {
  /** When it was made, ISO 8601. */
  at: string;
  facts: Facts;
  /** Which database the command line asks for; null where it asks for none. */
  asked: AskedPart | null;
  /** What is known of the database; null where none was asked. */
  database: DatabasePart | null;
  /** The last failure of this project on this computer; null beside a saved schema, which is somebody else's. */
  lastFailure: LastFailure | null;
  /** The schema as it was read, in the form that `--snapshot` takes. */
  snapshot: Record<string, unknown> | null;
}

/** A database as the flags name it. */
export interface AskedPart {
  location: string;
  binding: string | null;
  config: string | null;
  env: string | null;
  persistTo: string | null;
}

/** The state of the database: the parts of the JSON document that tell it, and what differs. */
export interface DatabasePart {
  outcome: string;
  /** Null for a saved schema, and where none could be chosen. */
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
  /** What wrangler printed when it failed, bounded; null where it did not. */
  said: string | null;
  /** Where in this program a fault of its own happened; null where it was none. */
  stack: string | null;
}

/** One of several databases in a report. */
export interface OneDatabase {
  database: DatabasePart;
  snapshot: ReportData["snapshot"];
}

/** A report about several databases as data: what is common to all of them stands in it once. */
export interface AllData {
  at: string;
  facts: Facts;
  databases: OneDatabase[];
  lastFailure: LastFailure | null;
}
