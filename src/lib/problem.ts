import { visibleText } from "./visible-text.js";

/** Every error code of the command-line contract, with the exit code it leads to. */
export const exitCodeOf = {
  USAGE: 2,
  CONFIG_NOT_FOUND: 2,
  CONFIG_INVALID: 2,
  BINDING_NOT_FOUND: 2,
  BINDING_AMBIGUOUS: 2,
  EMPTY_DATABASE: 3,
  UNKNOWN_OUTCOME: 4,
  WRANGLER_NOT_FOUND: 1,
  WRANGLER_TOO_OLD: 1,
  NODE_TOO_OLD: 1,
  NOT_LOGGED_IN: 1,
  ACCOUNT_AMBIGUOUS: 1,
  AUTHENTICATION: 1,
  DATABASE_NOT_FOUND: 1,
  NETWORK: 1,
  OVERLOADED: 1,
  BUSY: 1,
  QUOTA: 1,
  BACKUP_FAILED: 1,
  LOCAL_STATE_NEWER: 1,
  SQL_FAILED: 1,
  TIMEOUT: 1,
  UNEXPECTED_OUTPUT: 1,
  READ_ONLY: 1,
  NOT_KV_MANAGER: 1,
  CONFLICT: 1,
} as const;

/** One of the contract's error codes. */
export type ProblemCode = keyof typeof exitCodeOf;

/**
 * A failure that the program understands: what happened, in one plain sentence, and what to do next. Anything else that
 * is thrown is a bug in this program.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  /** What happened, without another program's own words: for a line that is shown repeatedly. */
  readonly brief: string;
  /** What to do now, with the exact command if there is one. */
  readonly advice: string;

  constructor(code: ProblemCode, message: string, advice: string, brief = message) {
    super(lines(message));
    this.brief = lines(brief);
    this.name = "Problem";
    this.code = code;
    this.advice = lines(advice);
  }

  /** The same problem with other advice, such as with the database filled in. */
  withAdvice(advice: string): this {
    const own = Object.getOwnPropertyDescriptors(this);
    const copy = Object.create(Object.getPrototypeOf(this), own);
    return Object.defineProperty(copy, "advice", { value: lines(advice), enumerable: true }) as this;
  }
}

/** Makes each line safe: names in it may come from a config, a database or another program. */
function lines(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}

/** What was thrown, in its own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An internal error of this program. */
export class ProgramFault extends Problem {
  /** Where in the program it happened: for a report, no use on the screen. */
  readonly stackText: string;

  constructor(code: ProblemCode, message: string, advice: string, stackText: string) {
    super(code, message, advice);
    this.stackText = stackText;
  }
}

/** Thrown when the user quits (Ctrl-C, Esc, a closed terminal) before anything was written. Exit code 130. */
export class Cancelled extends Error {
  constructor() {
    super("Cancelled. Nothing was changed.");
    this.name = "Cancelled";
  }
}
