import { requestToGoOn } from "../flow/all/backup-names.js";
import { runAll } from "../flow/all/unattended-all.js";
import type { Program } from "../flow/program.js";
import { showSeveral } from "./show.js";

/**
 * `--all` without the wizard: every database, side by side.
 * @returns the exit code
 */
export async function allCommand(program: Program): Promise<number> {
  const { request, output, context, style, errorStyle } = program;
  const { entries, failure, note } = await runAll(program);
  void context.engines.closeAll();
  const results = [...entries.map(({ result }) => result), ...(failure === null ? [] : [failure])];
  const exitCode = await showSeveral(program, results, async () => {
    if (entries.length === 0) return null;
    const { summaryOfAll } = await import("../screen/all-summary.js");
    const sql = request.command === "upgrade" && (request.dryRun || !request.yes);
    const shown = { sql, note, ended: failure === null, yes: true };
    return summaryOfAll(entries, requestToGoOn(request, entries), style, shown);
  });
  if (failure?.problem) {
    const { problemText } = await import("../screen/summary.js");
    output.note(problemText(failure.problem, failure, errorStyle));
  }
  return exitCode;
}
