import { platform } from "#host";
import type { ProblemCode } from "../lib/problem.js";
import { databasePlaceholder } from "./placeholders.js";

/** What `explain` says besides what a failure means and what to do about it. */

const changes = {
  undone:
    "No. Statements that are sent together are one step: when one of them fails, all are undone. Only what was sent by itself before stays.",
  refused: "No. It ended before anything was sent or done.",
  open: `The text alone does not tell: a write may have been carried out all the same. This shows it:\n  kv-manager-upgrade status ${databasePlaceholder}`,
} as const;

/** How a failure can leave a database. */
export type Change = keyof typeof changes;

/** Whether anything was changed, as a sentence; with blanks for the database. */
export function changeText(change: Change): string {
  return changes[change];
}

/** What kind of change a failure of this code can mean, when nothing more is known. */
export const changeOfCode: Record<ProblemCode, Change> = {
  USAGE: "refused",
  CONFIG_NOT_FOUND: "refused",
  CONFIG_INVALID: "refused",
  BINDING_NOT_FOUND: "refused",
  BINDING_AMBIGUOUS: "refused",
  WRANGLER_NOT_FOUND: "refused",
  WRANGLER_TOO_OLD: "refused",
  NODE_TOO_OLD: "refused",
  NOT_LOGGED_IN: "refused",
  ACCOUNT_AMBIGUOUS: "refused",
  AUTHENTICATION: "refused",
  DATABASE_NOT_FOUND: "refused",
  NETWORK: "open",
  OVERLOADED: "open",
  BUSY: "refused",
  QUOTA: "undone",
  BACKUP_FAILED: "refused",
  LOCAL_STATE_NEWER: "refused",
  SQL_FAILED: "undone",
  TIMEOUT: "open",
  UNEXPECTED_OUTPUT: "open",
  READ_ONLY: "refused",
  NOT_KV_MANAGER: "refused",
  CONFLICT: "refused",
  EMPTY_DATABASE: "refused",
  UNKNOWN_OUTCOME: "open",
};

/** Why such a code of this program's own means that nothing was changed. */
export const ownCheck =
  "No. After a failed write this program reads the database again, and it gives this code only when the database is as it was.";

export const labels = {
  means: "What it means",
  changed: "Was anything changed",
  advice: "What to do",
};

/** A text that nobody knows. */
export const unknownText = {
  message: "Nobody has met this text yet, so this program cannot say what it means.",
  advice:
    'See how the database stands with "kv-manager-upgrade status". If that does not settle it, run "kv-manager-upgrade report" and open an issue with what it prints and with this text.',
};

export const nothingToExplain = "There is nothing to explain: give the error text, or pipe it in.";

/** A command that explains a file. @param path as a word of a command */
function explainFile(path: string): string {
  // PowerShell knows no "<"; it and cmd both know "type".
  return platform === "win32"
    ? `  type ${path} | kv-manager-upgrade explain -`
    : `  kv-manager-upgrade explain - < ${path}`;
}

export const howToExplain = `For example:\n  kv-manager-upgrade explain "duplicate column name"\n${explainFile("error.log")}`;

/** The text is the path of a file. @param path as a word of a command */
export function textIsFile(path: string): { message: string; advice: string } {
  return {
    message: "That is the name of a file; what is in it was not looked at.",
    advice: `To have the text in it explained:\n${explainFile(path)}`,
  };
}
