import type { RestorePoint } from "../database/restore-point.js";
import type { Result } from "./result.js";

/** What this run has done so far: what the user has to hear when it fails later, wherever and however that is. */
export interface RunRecord {
  /**
   * Whether a write has begun of which the user has not been told how it ended. While that is so, an error that nobody
   * expected leaves open what the database has.
   */
  unreportedWrite: boolean;
  /** The way back of that write; null where there is none. */
  restorePoint: RestorePoint | null;
  /** What has been changed for certain: sentences. */
  changes: string[];
  /** The exit code of the result that the user was shown; null while there is none. */
  shown: number | null;
  /** Whether the one JSON document is out, so that no second one follows it. */
  documentWritten: boolean;
  /** Loads what keeps a failure for a later report; null where none is to be kept. */
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

/** What is known now. */
export function runSoFar(): Readonly<RunRecord> {
  return record;
}

/** A write begins. @param restorePoint the way back, where there is one */
export function writeBegins(restorePoint: RestorePoint | null): void {
  Object.assign(record, { unreportedWrite: true, restorePoint });
  // Should the program end without a word from now on.
  process.exitCode = 4;
}

/** The write has ended in a way that is known, and will be told. */
export function writeIsKnown(): void {
  Object.assign(record, { unreportedWrite: false, restorePoint: null });
  process.exitCode = 1;
}

/** Something is different now, also when the run fails later. @param sentence what, such as `x was written.` */
export function isChanged(sentence: string): void {
  if (!record.changes.includes(sentence)) record.changes.push(sentence);
}

/** The user has been shown how it ended. What fails after that does not make it undone. */
export function resultIsShown(exitCode: number): void {
  writeIsKnown();
  record.shown = exitCode;
}

/** The one JSON document is out. */
export function documentIsWritten(): void {
  record.documentWritten = true;
}

/** Another database follows, and its end will count. */
export function runBegins(): void {
  record.shown = null;
}

/** How to keep a failure for a later report, once it is known which project it belongs to. */
export function failuresAreKeptBy(load: RunRecord["loadKeeper"]): void {
  record.loadKeeper = load;
}
