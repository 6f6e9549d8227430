import type { ProblemCode } from "../lib/problem.js";
import { databasePlaceholder } from "../messages/placeholders.js";

/** What an error text of wrangler or D1 means. */
export interface Diagnostic {
  /** Searched for in the text. */
  text: RegExp | null;
  /** Cloudflare's error codes for it; checked only if no text matches, since some are not specific. */
  numbers: number[];
  code: ProblemCode;
  /** What it means, in one plain sentence. */
  means: string;
  /** With placeholders for the database. */
  advice: string;
  /** Whether it may well be temporary, so that a read may be retried. */
  transient: boolean;
  /** Whether it means for certain that a batch was not started, so that it may be sent again. */
  refused: boolean;
  /** Whether it means for certain that nothing was sent, and that a retry would fail the same way. */
  unsent: boolean;
  /** What else `explain` says, such as what the written guide gets wrong; may be empty. */
  background: string;
}

/** What to do if something already exists. */
export const addsOnlyWhatIsMissing = `This looks at what is there and adds only what is missing:\n  kv-manager-upgrade ${databasePlaceholder}`;
/** What to do if something is missing. */
export const seeThenAdd = `Check what is missing, then add it:\n  kv-manager-upgrade status ${databasePlaceholder}\n  kv-manager-upgrade ${databasePlaceholder}`;

/** Creates a diagnostic. */
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
