import type { Program } from "../flow/program.js";
import { unattendedUi } from "../flow/unattended-ui.js";
import { upgrade } from "../flow/upgrade.js";
import { pageAddress } from "../lib/page-address.js";
import { alsoInBrowser } from "../messages/support-report.js";
import { makeReport, makeReportOfAll } from "../report/report.js";
import { resultIsShown } from "../run/record.js";
import { noFacts, type Result } from "../run/result.js";
import { closingSentence } from "../screen/contents.js";
import { jsonDocument, jsonDocumentOfAll } from "../screen/json-output.js";
import { showResult } from "./show.js";

/**
 * `report`: reads the database if one is named, and shows a support report whatever the reading results in.
 * @returns the exit code: 0 for a report; a different one if the user left it or named a saved schema that cannot be used
 */
export async function reportCommand(asked: Program): Promise<number> {
  // Its own failure must not replace the one that it is made for.
  const program = { ...asked, context: { ...asked.context, remember: () => {} } };
  const { request, context, tool } = program;
  if (request.all || request.snapshot !== null) {
    const results = await readSeveral(program);
    const stop = results.find(leavesNothing);
    if (stop !== undefined) return await end(program, stop, results);
    if (request.all || results.length > 1) {
      const report = makeReportOfAll(results, request, tool, context.env);
      return show(program, report, jsonDocumentOfAll(results, tool, request.cwd));
    }
    return await reportOf(results[0] ?? null, program);
  }
  // Read as `status` does: a report never writes, and predicts if only a date is given.
  const reads = request.location !== null || request.deployed !== null;
  const result = reads
    ? await upgrade({ ...request, command: "status" }, unattendedUi(program), context)
    : null;
  return await reportOf(result, program);
}

/** Every database, or every saved schema. */
async function readSeveral(program: Program): Promise<Result[]> {
  const { request } = program;
  if (request.snapshot !== null) {
    const { planSaved } = await import("../flow/saved.js");
    return await planSaved(request.snapshot, program);
  }
  const { runAll } = await import("../flow/all/unattended-all.js");
  const { entries, failure } = await runAll(program);
  // Configs that cannot be read are listed among the configs.
  const databases = entries.filter(({ connection }) => connection !== null);
  const read = (databases.length === 0 ? entries : databases).map(({ result }) => result);
  return [...read, ...(failure === null ? [] : [failure])];
}

/** Whether there is nothing to report: the user left, or named something that does not exist. */
function leavesNothing({ outcome, problem }: Result): boolean {
  return outcome === "cancelled" || problem?.code === "USAGE";
}

async function reportOf(result: Result | null, program: Program): Promise<number> {
  const { request, context, tool } = program;
  if (result !== null && leavesNothing(result)) return await end(program, result);
  const document = jsonDocument(
    result ?? { ...noFacts, outcome: "unknown", problem: null },
    tool,
    request.cwd,
  );
  return show(program, makeReport(result, request, tool, context.env), document);
}

function show(
  { json, output }: Program,
  { markdown, data }: { markdown: string; data: unknown },
  document: Record<string, unknown>,
): number {
  const page = pageAddress();
  const parts = [markdown.trimEnd(), ...(page === null ? [] : [alsoInBrowser(page)])];
  if (json) output.document({ ...document, report: data });
  else output.result(parts.join("\n\n"));
  resultIsShown(0);
  return 0;
}

/** Ends without a report. @param results all that were read, if there are several */
async function end(program: Program, stop: Result, results: Result[] = []): Promise<number> {
  const { request, output, tool } = program;
  if (stop.problem === null) output.note(closingSentence(stop));
  const document = request.all
    ? jsonDocumentOfAll(results, tool, request.cwd)
    : jsonDocument(stop, tool, request.cwd);
  return await showResult(program, stop, request.cwd, document);
}
