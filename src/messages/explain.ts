import { platform } from "#host";
import { databasePlaceholder } from "./placeholders.js";

/** What `explain` says apart from what a failure means and what to do about it. */

/** Whether anything was changed, with placeholders for the database. */
export const changeTexts = {
  undone:
    "No. Statements sent together are one transaction: if one fails, all are rolled back. Anything sent separately beforehand stays.",
  refused: "No. It stopped before anything was written.",
  open: `The text alone does not say: a write may still have gone through. Check with:\n  kv-manager-upgrade status ${databasePlaceholder}`,
};

/** The state in which a failure can leave a database. */
export type Change = keyof typeof changeTexts;

/** Why such a code, reported by this program, means that nothing was changed. */
export const ownCheck =
  "No. After a failed write this program reads the database again, and reports this code only if nothing changed.";

export const labels = {
  means: "What it means",
  changed: "Was anything changed",
  advice: "What to do",
};

/** An unknown text. */
export const unknownText = {
  message: "This error is not known to this program, so there is no explanation for it yet.",
  advice:
    'Check the database with "kv-manager-upgrade status". If that does not help, run "kv-manager-upgrade report" and open an issue with its output and this text.',
};

export const nothingToExplain = "Nothing to explain: pass the error text, or pipe it in.";

/** The command that explains a file. @param path quoted for a command line */
function explainFile(path: string): string {
  // PowerShell does not support "<"; both it and cmd have "type".
  return platform === "win32"
    ? `  type ${path} | kv-manager-upgrade explain -`
    : `  kv-manager-upgrade explain - < ${path}`;
}

export const howToExplain = `For example:\n  kv-manager-upgrade explain "duplicate column name"\n${explainFile("error.log")}`;

/** The text is the path of a file. @param path quoted for a command line */
export function textIsFile(path: string): { message: string; advice: string } {
  return {
    message: "That is the name of a file; its content was not read.",
    advice: `To explain the text in it:\n${explainFile(path)}`,
  };
}
