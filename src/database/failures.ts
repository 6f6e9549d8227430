import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { diagnostics, unknownTo } from "../diagnostics/diagnostics.js";
import { engineEnded, engineNotStarted } from "../diagnostics/engine.js";
import { Problem } from "../lib/problem.js";
import { visibleText } from "../lib/visible-text.js";
import { oneOfAccounts, type Speaker, said as saidBy } from "../messages/wrangler.js";
import type { Account } from "../project/connection.js";
import { truncate } from "../redaction/truncate.js";
import { parseAccounts } from "./wrangler/wrangler-output.js";

const numberInText = /\[code: (\d+)\]/g;

/**
 * Finds what a failure text means.
 * @param text what wrangler printed
 * @param number Cloudflare's error code, if it came separately from the text
 * @returns null for an unknown text
 */
export function recognizeFailure(text: string, number: number | null = null): Diagnostic | null {
  const numbers = numbersOf(text, number);
  return (
    diagnostics.find((known) => known.text?.test(text)) ??
    diagnostics.find((known) => numbers.some((n) => known.numbers.includes(n))) ??
    null
  );
}

function numbersOf(text: string, number: number | null): number[] {
  const inText = [...text.matchAll(numberInText)].map((m) => Number(m[1]));
  return number === null ? inText : [...inText, number];
}

/** A failure of D1 or of the connection to it, see `Diagnostic`; `said` is its original text. */
export class DatabaseFailure extends Problem {
  readonly transient: boolean;
  readonly refused: boolean;
  readonly unsent: boolean;
  readonly said: string;
  /** Cloudflare's error codes for it. */
  readonly numbers: number[];
  /** Everything that was printed, including stderr: for people who help. */
  readonly all: string;
  /** The accounts to choose from; their ids must be shown in full. */
  accounts: Account[] = [];

  constructor(known: Diagnostic, message: string, said: string, numbers: number[], all = said) {
    super(known.code, message, known.advice, known.means);
    this.name = "DatabaseFailure";
    this.transient = known.transient;
    this.refused = known.refused;
    this.unsent = known.unsent;
    this.said = said;
    this.all = all;
    this.numbers = numbers;
  }
}

/**
 * The failure that a diagnostic describes.
 * @param said its original text; it is not quoted
 */
export function failureAs(known: Diagnostic, said = ""): DatabaseFailure {
  return new DatabaseFailure(known, known.means, said, []);
}

/**
 * The problem that a failure's text stands for.
 * @param said the failure's text and code, and what else was printed
 * @param local whether it is about a local database
 * @param speaker who said it
 */
export function failureFrom(
  said: { text: string; code?: number | null; aside?: string },
  local = false,
  speaker: Speaker = "Wrangler",
): DatabaseFailure {
  const { text, code = null, aside = "" } = said;
  const all = `${text}\n${aside}`.trim();
  const found = recognizeFailure(all, code) ?? unknownTo(speaker);
  // A local database has nothing to do with Cloudflare's network or load.
  const known = local && ["OVERLOADED", "NETWORK"].includes(found.code) ? localFailure(all, speaker) : found;
  const accounts = known.code === "ACCOUNT_AMBIGUOUS" ? parseAccounts(text) : [];
  if (accounts.length > 0) return oneOf(accounts, known, text);
  // wrangler's own text for this is five lines that say the same.
  const quoted = known.code === "NOT_LOGGED_IN" ? "" : summarize(wordsOf(text, aside, known));
  return new DatabaseFailure(known, known.means + saidBy(speaker, quoted), text, numbersOf(all, code), all);
}

/**
 * What a local failure means. If the engine ended immediately, wrangler's write to it fails first; an engine that ended
 * later looks the same. Any other connection error is about the engine, too.
 */
function localFailure(said: string, speaker: Speaker): Diagnostic {
  if (/\bwrite EPIPE\b/.test(said)) return { ...engineNotStarted, unsent: false };
  return /ECONNRE(SET|FUSED)|other side closed|socket hang up|fetch failed|connection lost/i.test(said)
    ? engineEnded
    : unknownTo(speaker);
}

/** What to quote: if the reason is not in the answer but beside it, as for a locked local database, that line. */
function wordsOf(text: string, aside: string, known: Diagnostic): string {
  if (known.text === null || known.text.test(text)) return text;
  return aside.split("\n").find((line) => known.text?.test(line)) ?? text;
}

/**
 * The failure when several accounts may be meant.
 * @param accounts to choose from
 */
export function ambiguousAccount(accounts: Account[]): DatabaseFailure {
  const text = "More than one account available";
  return oneOf(accounts, recognizeFailure(text) ?? unknownTo("Cloudflare"), text);
}

/** The same failure for something that certainly never started, so that it may be sent again. */
export function neverBegun(failure: DatabaseFailure): DatabaseFailure {
  const { code, brief: means, message, advice, said, numbers, unsent } = failure;
  if (unsent) return failure;
  const known = { ...unknownTo("Cloudflare"), code, means, advice, transient: true, refused: true };
  return new DatabaseFailure(known, message, said, numbers);
}

/** Lists every account, since the user must choose one. */
function oneOf(accounts: Account[], known: Diagnostic, said: string): DatabaseFailure {
  const failure = failureAs({ ...known, advice: known.advice + oneOfAccounts(accounts) }, said);
  failure.accounts = accounts;
  return failure;
}

/** The meaningful lines of a failure, joined into one; truncated, since a stack trace is no use to a user. */
export function summarize(text: string): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(✘ \[ERROR\]|X \[ERROR\]|▲ \[WARNING\])?/, "").trim())
    .filter(
      (line) =>
        line !== "" &&
        !/^(at |If you think this is a bug|🪵|Logs were written|-{3,}|⛅|To open a bug|A newer version|[?🤖🌀├│└╭╮╯╰─]|.*newer version of Wrangler)/u.test(
          line,
        ),
    );
  const joined = [...new Set(lines)].join(" ");
  return visibleText(truncate(joined, 400));
}
