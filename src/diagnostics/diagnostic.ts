import type { ProblemCode } from "../lib/problem.js";
import { databasePlaceholder } from "../words/placeholders.js";

/** What wrangler or D1 may say when something fails. */
export interface Diagnostic {
  /** Looked for in the text. */
  text: RegExp | null;
  /** Cloudflare's numbers for it; looked at only when no text fits, since some are not specific. */
  numbers: number[];
  code: ProblemCode;
  /** What it means, one plain sentence. */
  means: string;
  /** With blanks for the database. */
  advice: string;
  /** Whether it may well pass by itself, so that a read may be tried again. */
  transient: boolean;
  /** Whether it says for certain that a batch was not begun, so that it may be sent again. */
  refused: boolean;
  /** Whether it says for certain that nothing was sent, and would be the same again. */
  unsent: boolean;
  /** What `explain` says besides, such as what the written guide has wrong; may be empty. */
  background: string;
}

/** What to do where something is there already. */
export const addsOnlyWhatIsMissing = `This looks at what is there and adds only what is missing:\n  kv-manager-upgrade ${databasePlaceholder}`;
/** What to do where something is missing. */
export const seeThenAdd = `Check what is missing, then add it:\n  kv-manager-upgrade status ${databasePlaceholder}\n  kv-manager-upgrade ${databasePlaceholder}`;

/** One of them. */
export const entry = (
  code: ProblemCode,
  text: RegExp | null,
  numbers: number[],
  means: string,
  advice: string,
  passes: "transient" | "refused" | "unsent" | null = null,
  background = "",
): Diagnostic => ({
  ...{ text, numbers, code, means, advice, background },
  transient: passes === "transient" || passes === "refused",
  refused: passes === "refused",
  unsent: passes === "unsent",
});
