import type { RestorePoint } from "../database/restore-point.js";
import type { Result } from "./result.js";

/** What this run has done so far. The user must be shown it if the run fails later, wherever that happens. */
export interface RunRecord {
  /**
   * Whether a write has started whose outcome the user has not been shown. Until then, an unexpected error leaves the
   * state of the database unknown.
   */
  unreportedWrite: boolean;
  /** The restore point of that write; null if there is none. */
  restorePoint: RestorePoint | null;
  /** Sentences on what has definitely been changed. */
  changes: string[];
  /** The exit code of the result that the user was shown; null until then. */
  shown: number | null;
  /** Whether the JSON document has been written, so that no second one follows. */
  documentWritten: boolean;
  /** Loads the function that saves a failure for a later report; null if none is to be saved. */
  loadKeeper: (() => Promise<(result: Result) => void>) | null;
}

const record: RunRecord = {
  unreportedWrite: false,
  restorePoint: null,
  changes: [],
  shown: null,
  documentWritten: false,
  loadKeeper: null,
};

/** Returns what this run has done so far. */
export function runSoFar(): Readonly<RunRecord> {
  return record;
}

/** Records that a write starts. @param restorePoint null if there is none */
export function writeBegins(restorePoint: RestorePoint | null): void {
  Object.assign(record, { unreportedWrite: true, restorePoint });
  // In case the program ends without a message from now on.
  process.exitCode = 4;
}

/** Records that the outcome of the write is known and will be reported. */
export function writeIsKnown(): void {
  Object.assign(record, { unreportedWrite: false, restorePoint: null });
  process.exitCode = 1;
}

/** Records a change that remains even if the run fails later. @param sentence such as `x was written.` */
export function recordChange(sentence: string): void {
  if (!record.changes.includes(sentence)) record.changes.push(sentence);
}

/** Records that the user has been shown the result. A later failure does not change it. */
export function resultIsShown(exitCode: number): void {
  writeIsKnown();
  record.shown = exitCode;
}

/** Records that the JSON document has been written. */
export function documentIsWritten(): void {
  record.documentWritten = true;
}

/** Records that another database follows, whose result will count. */
export function runBegins(): void {
  record.shown = null;
}

/** Sets how to save a failure for a later report, once the project it belongs to is known. */
export function failuresAreKeptBy(load: RunRecord["loadKeeper"]): void {
  record.loadKeeper = load;
}
