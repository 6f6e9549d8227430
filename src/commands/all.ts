import { requestToGoOn } from "../flow/all/backup-names.js";
import { runAll } from "../flow/all/unattended-all.js";
import type { Program } from "../flow/program.js";
import { endOf } from "../run/entry.js";
import { resultIsShown } from "../run/record.js";
import { jsonDocumentOfAll } from "../screen/json-output.js";
import { revealAccounts } from "../screen/reveal-accounts.js";

/**
 * `--all` without the wizard: every database, side by side.
 * @returns the exit code
 */
export async function allCommand(program: Program): Promise<number> {
  const { request, output, context, tool, style, errorStyle } = program;
  const { entries, failure, note } = await runAll(program);
  void context.engines.closeAll();
  const results = [...entries.map(({ result }) => result), ...(failure === null ? [] : [failure])];
  revealAccounts(results, output);
  const { outcome, exitCode } = endOf(results);
  if (request.json) output.document(jsonDocumentOfAll(outcome, results, tool, request.cwd));
  else if (entries.length > 0) {
    const { summaryOfAll } = await import("../screen/all-summary.js");
    const sql = request.command === "upgrade" && (request.dryRun || !request.yes);
    const shown = { sql, note, ended: failure === null, yes: true };
    output.result(summaryOfAll(entries, requestToGoOn(request, entries), style, shown));
  }
  if (failure?.problem) {
    const { problemText } = await import("../screen/summary.js");
    output.note(problemText(failure.problem, failure, errorStyle));
  }
  resultIsShown(exitCode);
  return exitCode;
}
