import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Explanation, explainText, labeled, longestError } from "../explain/explain.js";
import type { Display } from "../flow/program.js";
import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { pageAddress } from "../lib/page-address.js";
import { Problem } from "../lib/problem.js";
import { shellQuote } from "../lib/shell-quote.js";
import { visibleText } from "../lib/visible-text.js";
import * as messages from "../messages/explain.js";
import { pasteHere } from "../messages/snapshot-file.js";
import { alsoInBrowser } from "../messages/support-report.js";
import { readBounded } from "../project/bounded-input.js";
import type { Request } from "../run/request.js";
import { noFacts, type Result } from "../run/result.js";
import { jsonDocument } from "../screen/json-output.js";
import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import { wrap } from "../screen/wrap.js";
import { showResult } from "./show.js";

const longest = { ...longestError, advice: messages.howToExplain };

/**
 * `explain`: says what an error text means, whether anything was changed, and what to do. The text is the request's,
 * or stdin for `-` (or for nothing, with a pipe).
 * @returns the exit code
 * @throws {Problem} USAGE without a text, or with one that is too long
 */
export async function explainCommand(program: Display & { request: Request }): Promise<number> {
  const { request, output, tool, json, style } = program;
  const text = await textOf(request, output);
  const file = fileNamed(request);
  const explanations = file === null ? explainText(text) : [];
  const { message, advice } = file === null ? messages.unknownText : messages.textIsFile(file);
  const result: Result = {
    ...noFacts,
    // What a text means says nothing about the state of a database.
    applied: null,
    outcome: explanations.length > 0 ? "unknown" : "failed",
    problem: explanations.length > 0 ? null : new Problem("UNEXPECTED_OUTPUT", message, advice),
  };
  const page = pageAddress();
  const last = page === null ? [] : [alsoInBrowser(page)];
  if (!json && explanations.length > 0)
    output.result([...explanations.map((e) => explanationText(e, style)), ...last].join("\n\n"));
  const document = { ...jsonDocument(result, tool, request.cwd), explanation: explanations };
  return await showResult(program, result, request.cwd, document);
}

async function textOf({ text }: Request, output: Output): Promise<string> {
  const { isTTY } = process.stdin;
  if (text === null && isTTY) throw new Problem("USAGE", messages.nothingToExplain, messages.howToExplain);
  if (text !== null && text !== "-" && text.trim() !== "") return text.slice(0, longest.bytes);
  if (text === "-" && isTTY) output.note(pasteHere);
  if (text === null || text === "-") return await readBounded("-", longest, null);
  throw new Problem("USAGE", messages.nothingToExplain, messages.howToExplain);
}

/** The file whose path the text is, quoted for a command; null if it is not a file. */
function fileNamed({ text, cwd }: Request): string | null {
  if (text === null || text === "-") return null;
  const path = resolve(cwd, text.trim());
  return existsSync(path) && statSync(path).isFile() ? shellQuote(displayPath(path, currentFolder())) : null;
}

/** One explanation as text for a terminal. */
function explanationText(explanation: Explanation, style: Style): string {
  const { text, code } = explanation;
  const head =
    code === null || code === text ? visibleText(text) : `${visibleText(text)} ${style.dim(`(${code})`)}`;
  return [
    wrap(style.bold(head), style.width),
    ...labeled(explanation).map(([label, words]) => wrap(`${label}: ${words}`, style.width)),
  ].join("\n");
}
