/** What users read about saved schemas (`--snapshot`) and the command that creates one (`--print-query`). */

export const adviceOnSchema =
  'Ask the sender to run the command that "kv-manager-upgrade status --print-query" prints, and save its output. A support report works too.';

/** Capitalizes a name for the start of a sentence. */
function first(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const reasons: Record<string, string> = {
  ENOENT: "it does not exist",
  EISDIR: "it is a folder",
  EACCES: "this user may not read it",
};

/**
 * The file cannot be opened.
 * @param code the system's error code
 * @param why the system's own message, for an unknown code
 */
export function unreadableFile(name: string, code: string, why: string): string {
  return `${first(name)} cannot be read: ${reasons[code] ?? why}.`;
}

/** The text is larger than any schema or error text. */
export function tooLong(name: string, limit: string): string {
  return `${first(name)} is larger than ${limit}.`;
}

export const adviceOnFile =
  'Pass the path of a text file, or "-" to read standard input. Paths are relative to --cwd.';

export const adviceOnLength =
  "Pass only the part that matters: a report, a schema, or the lines with the error.";

/** The text is empty. */
export function noText(name: string): string {
  return `${first(name)} is empty.`;
}

/** The text contains no schema. */
export function noSchema(name: string): string {
  return `${first(name)} has no database schema in it.`;
}

/** A support report whose database was not or could not be read, or the JSON output of another command. */
export function reportWithoutSchema(name: string): string {
  return `${first(name)} comes from this program, but it has no database schema in it.`;
}

export const adviceOnReport =
  "Only a support report has one, if it was made with a database that could be read:\n  kv-manager-upgrade report --remote --binding kv-manager-metadata";

/** The answer was printed as a table of characters. */
export const printedWithoutJson = `The command was run without --json, so its answer cannot be read back. ${adviceOnSchema}`;

/** A schema was found, but it is damaged or from another version. `why` says which part. */
export function damagedSchema(name: string, why: string): string {
  return `The schema in ${name} cannot be used: ${why}.`;
}

/** A schema starts in the text but cannot be read to its end. */
export function brokenSchema(name: string): string {
  return `The schema in ${name} is damaged: part of it is missing, or was changed by copying.`;
}

export const adviceOnDamage = `Part of it may not have been copied. ${adviceOnSchema}`;

/** Says how many schemas one text contains. */
export function severalSchemas(count: number): string {
  return `There are ${count} schemas in it; this is the last one.`;
}

/** The saved output is an error from wrangler. */
export const savedFailure = "The saved text is not a schema but an error.";

export const standardInput = "the text on standard input";

/** @param path as the user would type it */
export function fileCalled(path: string): string {
  return `the file "${path}"`;
}

export const emptySnapshot = {
  message: "The database of this snapshot is empty, so there is nothing to upgrade.",
  advice: "For a first installation, its owner runs:\n  kv-manager-upgrade setup",
};

export const foreignSnapshot = {
  message:
    'The database of this snapshot is not KV Manager\'s: it lacks the table "namespaces" or "key_metadata".',
  advice:
    "Have the same command run for KV Manager's database (it is called kv-manager-metadata by default).",
};

/** The database has a conflict. */
export function conflictInSnapshot(conflicts: string[]): { message: string; advice: string } {
  return {
    message: `The database of this snapshot has a conflict: ${conflicts.join(" ")}`,
    advice: "Its owner must correct what is named above (nothing is ever overwritten), then run the upgrade.",
  };
}

/** The heading above everything shown from a snapshot. */
export const heading = "From a saved schema, without a database.";

/** A value that at least one shell would change. */
export function notForEveryShell(flag: string): string {
  return `The value of --${flag} has a character that bash, cmd and PowerShell do not all take literally.`;
}

export const adviceOnShell =
  "Omit the flag and insert the value by hand. These are not allowed: quotation marks, %, $, !, `, <, >, \\ and a leading dash.";

/** What `--deployed` predicts, shown next to it. */
export function predictedEra(day: string, text: string): string {
  return `By the date given, ${day}, it should match a first deployment ${text}. The upgrade follows the schema, not the date.`;
}

export const upToDate = "The database of this snapshot is up to date.";

/** Shown if text must be typed or pasted into the terminal, which cuts lines at 4096 characters. */
export const pasteHere =
  "Paste the text, then press Ctrl-D (on Windows Ctrl-Z and Enter). Some terminals cut very long lines; a file has no such limit.";
