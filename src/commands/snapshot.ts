import type { Program } from "../flow/program.js";
import { planSaved } from "../flow/saved.js";
import { snapshotSummaries } from "../report/snapshot-summary.js";
import { endOf } from "../run/entry.js";
import { resultIsShown } from "../run/record.js";
import { jsonDocumentOfAll } from "../screen/json-output.js";
import { showRun } from "./upgrade.js";

/**
 * `status --snapshot`: plans a saved schema as one run; if there are several, one after the other.
 * @param source absolute path, or `-` for stdin
 * @returns the exit code
 */
export async function snapshotCommand(program: Program, source: string): Promise<number> {
  const { request, output, tool, style } = program;
  const results = await planSaved(source, program);
  const [first, more] = results;
  if (first !== undefined && more === undefined) return await showRun(program, first);
  const { outcome, exitCode } = endOf(results);
  if (request.json) output.document(jsonDocumentOfAll(outcome, results, tool, request.cwd));
  else output.result(snapshotSummaries(results, request, style));
  resultIsShown(exitCode);
  return exitCode;
}
