import { Problem } from "../lib/problem.js";

const nothingDone = "No backup, no upgrade: the database was not touched.";

/** @param file its name */
export function backupExists(file: string): Problem {
  return new Problem(
    "BACKUP_FAILED",
    `The backup file ${file} already exists and is never overwritten.`,
    "Give --backup the name of a new file.",
  );
}

/** @param file its name */
export function noFolderForBackup(file: string): Problem {
  return new Problem(
    "BACKUP_FAILED",
    `The folder for the backup file ${file} does not exist.`,
    "Create the folder, or give --backup another path.",
  );
}

/** The export failed; any advice of the cause is passed on. */
export function backupFailed(cause: Error): Problem {
  const advice = cause instanceof Problem ? `${nothingDone} ${cause.advice}` : nothingDone;
  return new Problem("BACKUP_FAILED", `The backup could not be made: ${cause.message}`, advice);
}

/** Says what an export lacks, as the cause for `backupFailed`. */
export function exportLacks(tables: string[]): string {
  return `the export lacks these tables: ${tables.join(", ")}.`;
}
