import type { Program } from "../flow/program.js";
import { planSaved } from "../flow/saved.js";
import { snapshotSummaries } from "../saved-schema/snapshot-summary.js";
import { showSeveral } from "./show.js";
import { showRun } from "./upgrade.js";

/**
 * `status --snapshot`: plans a saved schema as one run; if there are several, one after the other.
 * @param source absolute path, or `-` for stdin
 * @returns the exit code
 */
export async function snapshotCommand(program: Program, source: string): Promise<number> {
  const { request, style } = program;
  const results = await planSaved(source, program);
  const [first, more] = results;
  return first !== undefined && more === undefined
    ? await showRun(program, first)
    : await showSeveral(program, results, async () => snapshotSummaries(results, request, style));
}
