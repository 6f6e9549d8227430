import type { ProblemDisplay, Program } from "../flow/program.js";
import { note } from "../messages/run.js";
import { endOf } from "../run/entry.js";
import { resultIsShown } from "../run/record.js";
import { exitCodeOfResult, type Result } from "../run/result.js";
import { jsonDocument, jsonDocumentOfAll } from "../screen/json-output.js";
import { revealAccounts } from "../screen/reveal-accounts.js";

/**
 * Shows the notes, the problem and, with `--json`, the document of a run that has ended.
 * @param cwd the JSON's paths are relative to it; "/" if no request was understood, so that none is shown
 * @param document the JSON document, if it has more in it than the result
 * @returns the exit code
 */
export async function showResult(
  { output, tool, json, errorStyle }: ProblemDisplay,
  result: Result,
  cwd = "/",
  document = jsonDocument(result, tool, cwd),
): Promise<number> {
  const { problem } = result;
  revealAccounts([result], output);
  // In text, this is part of the plan.
  const notes = json && result.versionNote !== null ? [...result.notes, result.versionNote] : result.notes;
  for (const text of notes.filter((n) => n !== problem?.message)) output.note(note(text));
  const exitCode = exitCodeOfResult(result);
  if (json) {
    output.document(document);
    resultIsShown(exitCode);
  }
  if (problem !== null) {
    const { problemText } = await import("../screen/summary.js");
    output.note(problemText(problem, result, errorStyle));
  }
  resultIsShown(exitCode);
  return exitCode;
}

/**
 * Shows several databases as one document, or as the given text.
 * @param text makes the text; null if there is none to show
 * @returns the exit code
 */
export async function showSeveral(
  { request, output, tool, json }: Program,
  results: Result[],
  text: () => Promise<string | null>,
): Promise<number> {
  revealAccounts(results, output);
  const shown = json ? null : await text();
  if (json) output.document(jsonDocumentOfAll(results, tool, request.cwd));
  if (shown !== null) output.result(shown);
  const { exitCode } = endOf(results);
  resultIsShown(exitCode);
  return exitCode;
}
