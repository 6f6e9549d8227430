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

/** Creates a diagnostic. What is not given is empty or false, except that what was refused is transient too. */
export function diagnostic(
  given: Pick<Diagnostic, "code" | "means" | "advice"> & Partial<Diagnostic>,
): Diagnostic {
  return {
    ...{ text: null, numbers: [], refused: false, unsent: false, background: "" },
    transient: given.refused === true,
    ...given,
  };
}

/** What to do if memory ran out. */
export const moreMemory = `Close other programs or allow the container more memory. Before you repeat what you ran, check the database:\n  kv-manager-upgrade status ${databasePlaceholder}`;
