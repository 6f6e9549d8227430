import { withoutSequences } from "#host";
import type { Account } from "../../project/connection.js";
import type { StatementResult } from "../client.js";
import { resultsIn } from "../d1-answers.js";

/**
 * The results that `wrangler d1 execute --json` printed.
 * @param stdout may have banners before and after the JSON
 * @returns one result for each statement; null if this is not such an answer
 */
export function parseResults(stdout: string): StatementResult[] | null {
  const value = parseJson(stdout);
  return Array.isArray(value) && value.length > 0 ? resultsIn(value) : null;
}

/**
 * What wrangler printed when it failed: the error in its JSON with all notes, else its plain text.
 * @returns the text, Cloudflare's error code if there is one, and (`aside`) what was on stderr beside a JSON answer:
 *   for a local database the reason is there
 */
export function parseFailure(
  stdout: string,
  stderr: string,
): { text: string; code: number | null; aside: string } {
  const error = (parseJson(stdout) as { error?: unknown } | null)?.error;
  const aside = withoutWarnings(stderr);
  if (typeof error === "string") return { text: error, code: null, aside };
  if (typeof error === "object" && error !== null) {
    const { text, notes, code } = error as { text?: unknown; notes?: unknown; code?: unknown };
    const lines = [
      text,
      ...(Array.isArray(notes) ? notes.map((n: { text?: unknown } | null) => n?.text) : []),
    ];
    return {
      text: lines.filter((line) => typeof line === "string").join("\n"),
      code: typeof code === "number" ? code : null,
      aside,
    };
  }
  return { text: `${aside}\n${withoutWarnings(stdout)}`.trim(), code: null, aside: "" };
}

/**
 * Removes warnings and colors. Plain-text errors are colored despite NO_COLOR, and may be mixed with unrelated
 * warnings. A warning ends at the first unindented line after a blank one.
 */
function withoutWarnings(text: string): string {
  const kept: string[] = [];
  let warning = false;
  let blank = false;
  for (const line of withoutSequences(text).split(/\r?\n/)) {
    if (/^\S \[WARNING\]/.test(line)) warning = true;
    else if (/^\S \[ERROR\]/.test(line) || (blank && /^\S/.test(line))) warning = false;
    blank = line.trim() === "";
    if (!warning) kept.push(line);
  }
  return kept.join("\n").trim();
}

/** The JSON document in a text that may have other lines around it; null if there is none. */
export function parseJson(text: string): unknown {
  const lines = text.split(/\r?\n/);
  const starts = lines.flatMap((line, i) => (/^[[{]/.test(line) ? i : []));
  for (const start of starts) {
    for (let end = lines.length; end > start; end--) {
      if (end < lines.length && !/[\]}]\s*$/.test(lines[end - 1] ?? "")) continue;
      try {
        return JSON.parse(lines.slice(start, end).join("\n"));
      } catch {
        // Not the document's end, or not its start: the next line may be.
      }
    }
  }
  return null;
}

/**
 * The accounts in wrangler's message that several are available: lines of "`name`: `id`".
 * @param text what `parseFailure` found
 */
export function parseAccounts(text: string): Account[] {
  return [...text.matchAll(/^\s*`(.*)`: `([0-9a-f]{32})`\s*$/gm)].map(([, name = "", id = ""]) => ({
    id,
    name: name === "(redacted)" || name === "" ? null : name,
  }));
}

/**
 * The id of a new database, in the config snippet that `wrangler d1 create` prints, as TOML or JSON.
 * @returns null if this is not such an answer
 */
export function parseCreatedId(stdout: string): string | null {
  const id = /"?\bdatabase_id"?\s*[=:]\s*"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/i.exec(
    withoutSequences(stdout),
  );
  return id?.[1] ?? null;
}
