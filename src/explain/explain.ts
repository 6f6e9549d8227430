import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { diagnostics } from "../diagnostics/diagnostics.js";
import { exitCodeOf, type ProblemCode } from "../lib/problem.js";
import { codeTexts } from "../messages/error-codes.js";
import { type Change, changeTexts, labels, ownCheck } from "../messages/explain.js";
import { type GuideTopic, guideTopics } from "../messages/guide.js";
import { filled } from "../messages/placeholders.js";
import { redacted } from "../redaction/redacted.js";
import { truncate } from "../redaction/truncate.js";
import { flagsIn } from "./flags-in-text.js";

/** The explanation of a text. */
export interface Explanation {
  /** The recognized words, with the rest of their line. */
  text: string;
  code: ProblemCode | null;
  means: string;
  /** Whether anything was changed; null if nothing could have been. */
  changed: string | null;
  advice: string;
}

/** The parts of an explanation with their labels, in the order in which they are shown. */
export function labeled({ means, changed, advice }: Explanation): [label: string, text: string][] {
  const parts: [string, string | null][] = [
    [labels.means, means],
    [labels.changed, changed],
    [labels.advice, advice],
  ];
  return parts.flatMap(([label, text]) => (text === null ? [] : [[label, text]]));
}

/** The longest text that is explained: more than any log that a person reads. */
export const longestError = { bytes: 256 * 1024, text: "256 kB" };

/** A place in a text: from a character up to another one, exclusive. */
type Span = [from: number, to: number];

/** One way to recognize a text. */
interface Candidate {
  pattern: RegExp;
  /** So unspecific that it counts only on a line where nothing else was recognized. */
  generic: boolean;
  /** Counts only if nothing else was recognized anywhere. */
  subject: boolean;
  /** The Cloudflare error codes that count as a match; null for any match. */
  numbers: number[] | null;
  explanation: Omit<Explanation, "text">;
}

/**
 * Explains an error text, or a whole log: everything in it that is known, the most specific first, each once.
 * @param text what a user pasted; it may contain secrets, so the result must be redacted before it is shown
 * @returns an empty list for an unknown text
 */
export function explainText(text: string): Explanation[] {
  const plain = inLines(text);
  const alone = /^\W*([A-Z_]+)\W*$/i.exec(plain.trim())?.[1]?.toUpperCase() ?? "";
  const flags = flagsIn(plain);
  const asShown = (explanation: Explanation): Explanation => ({
    ...explanation,
    changed: explanation.changed === null ? null : filled(explanation.changed, flags),
    advice: filled(explanation.advice, flags),
  });
  if (isCode(alone)) return [asShown({ text: alone, ...ofCode(alone) })];
  const claimed: Span[] = [];
  const found: Explanation[] = [];
  for (const candidate of candidates) {
    if (candidate.subject && found.length > 0) continue;
    const places = placesOf(candidate, plain, claimed);
    const [first] = places;
    if (first === undefined) continue;
    claimed.push(...places);
    const { explanation } = candidate;
    // Each explanation once, at the first of its places.
    if (!found.some((e) => e.means === explanation.means))
      found.push({ text: excerpt(plain, first), ...explanation });
  }
  const codes = [...plain.matchAll(ownCode)].map((m) => m.slice(1).find(Boolean) ?? "").filter(isCode);
  for (const code of new Set(codes))
    if (!found.some((e) => e.code === code)) found.push({ text: code, ...ofCode(code) });
  return found.map(asShown);
}

/** Where a candidate is recognized, except where a more specific one has claimed the place. */
function placesOf({ pattern, numbers, generic }: Candidate, text: string, claimed: Span[]): Span[] {
  return [...text.matchAll(new RegExp(pattern, `${pattern.flags.replace("g", "")}g`))]
    .filter((m) => numbers === null || numbers.includes(Number(m[1])))
    .map((m): Span => [m.index, m.index + m[0].length])
    .filter((span) => {
      const [from, to] = generic ? lineAround(text, span) : span;
      return !claimed.some(([begin, end]) => begin < to && from < end);
    });
}

/**
 * Splits a text into lines that are fast to search, whatever they contain: line breaks in JSON count too, blank lines
 * are dropped, and very long ones are split, outside of tokens if possible.
 */
function inLines(text: string): string {
  const lines = text
    .split(/\r?\n|\\n/)
    .flatMap((line) => line.match(/[\s\S]{1,4000}(?![\w+/=.-])|[\s\S]{1,4000}/g) ?? []);
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join("\n");
}

/** Cloudflare's error code for any SQL error. */
const unspecific = 7500;

/**
 * The program's own codes where it prints them: `Error (BUSY):`, in its JSON, in a report. A code of two words cannot
 * be anything else.
 */
const ownCode =
  /\(([A-Z_]{4,20})\):|"code": ?"([A-Z_]{4,20})"|\*\*([A-Z_]{4,20})\*\*|(?<!\w)([A-Z]+_[A-Z_]+)(?!\w)/g;

/**
 * Cloudflare's error codes, as wrangler prints them, in an API's JSON, or alone on a line: processes have exit codes
 * too.
 */
const anyNumber =
  /(?:\[code: ?(?=\d+\])|"code\\?": ?|^[^\w\n]*(?:(?:error )?code:? ?)?(?=\d+[^\w\n]*$))(\d{3,5})\b/gim;

const candidates: Candidate[] = [
  ...diagnostics.flatMap((known): Candidate[] =>
    known.text === null
      ? []
      : [
          {
            pattern: known.text,
            generic: known.numbers.includes(unspecific),
            subject: false,
            numbers: null,
            explanation: ofFailure(known),
          },
        ],
  ),
  ...guideTopics.filter(({ subject }) => !subject).map(ofTopic),
  ...diagnostics.map(
    (known): Candidate => ({
      ...{ pattern: anyNumber, generic: true, numbers: known.numbers },
      subject: known.numbers.includes(unspecific),
      explanation: ofFailure(known),
    }),
  ),
  ...guideTopics.filter(({ subject }) => subject).map(ofTopic),
];

function ofTopic({ text, code, means, change, advice, subject }: GuideTopic): Candidate {
  return {
    ...{ pattern: text, generic: true, subject: subject === true, numbers: null },
    explanation: { code, means, changed: change === null ? null : changeTexts[change], advice },
  };
}

function ofFailure(known: Diagnostic): Candidate["explanation"] {
  const { code, means, advice, background } = known;
  return {
    code,
    means: [means, background].filter(Boolean).join(" "),
    changed: changeTexts[changeOf(known)],
    advice,
  };
}

/** What certainly never started changed nothing; a file that cannot be removed may come up before or after the work. */
function changeOf({ code, transient, refused, unsent }: Diagnostic): Change {
  if (refused || unsent) return "refused";
  return code === "BUSY" && transient ? "open" : codeTexts[code].change;
}

function ofCode(code: ProblemCode): Candidate["explanation"] {
  const { means, advice, change } = codeTexts[code];
  const known = change === "refused" || code === "UNKNOWN_OUTCOME";
  return { code, means, advice, changed: known ? changeTexts[change] : ownCheck };
}

function isCode(text: string): text is ProblemCode {
  return Object.hasOwn(exitCodeOf, text);
}

function lineAround(text: string, [from, to]: Span): Span {
  const end = text.indexOf("\n", to);
  return [text.lastIndexOf("\n", from - 1) + 1, end === -1 ? text.length : end];
}

/** The maximum number of characters in an excerpt. */
const longest = 160;

/** A message in JSON. */
const textInJson = /(?<="(?:text|message|error)"\s*:\s*")(?:\\.|[^"\\])*/g;

/**
 * The JSON message, or otherwise the line, that contains a match; of a long one, the part that starts with the match.
 * What precedes that part may be what identifies a secret, so secrets are removed first.
 */
function excerpt(text: string, span: Span): string {
  const [start, end] = lineAround(text, [span[0], span[0]]);
  const line = text.slice(start, end);
  const at = span[0] - start;
  const messages = [...line.matchAll(textInJson)];
  const [message] = messages.find((m) => m.index <= at && at < m.index + m[0].length) ?? [];
  const part = message ?? line;
  const clean = redacted(part);
  const begin = part.length <= longest ? 0 : Math.max(clean.indexOf(text.slice(...span)), 0);
  const whole = clean.slice(begin);
  const said = message === undefined ? whole : whole.replace(/\\(["\\/])/g, "$1");
  return truncate(said.replace(/^(?!"\w+" ?:)["\s,]+|["\s,]+$/g, ""), longest - 1);
}
