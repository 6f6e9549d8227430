import { pageAddress } from "../lib/page-address.js";
import { makeReport, makeReportOfAll } from "../report/report.js";
import { endOf } from "../run/entry.js";
import type { Request } from "../run/request.js";
import { noFacts, type Result } from "../run/result.js";
import { closingSentence } from "../screen/contents.js";
import { jsonDocument, jsonDocumentOfAll, type Tool } from "../screen/document.js";
import type { Output } from "../screen/output.js";
import { makeStyle } from "../screen/style.js";
import { alsoInBrowser } from "../words/support-report.js";
import type { Context } from "./context.js";
import { unattendedUi } from "./unattended-ui.js";
import { upgrade } from "./upgrade.js";

/** The JSON document, and a run that ends the program otherwise than with 0; null where the report was made. */
interface Ended {
  result: Result | null;
  document: Record<string, unknown>;
}

/**
 * `report`: reads the database where one is named, and shows a support report whatever came of it.
 * @returns the JSON document with the report; and a run that ends the program otherwise than with 0, since the user
 *   left it or named a saved schema that cannot be used
 */
export async function reportCommand(
  request: Request,
  output: Output,
  context: Context,
  tool: Tool,
): Promise<Ended> {
  const { env } = context;
  if (request.all || request.snapshot !== null) {
    const { results, stop } = await several(request, output, context);
    const [only, more] = results;
    if (stop !== null) {
      const document = request.all
        ? jsonDocumentOfAll(endOf(results).outcome, results, tool, request.cwd)
        : jsonDocument(stop, tool, request.cwd);
      return leave(stop, output, document);
    }
    if (request.all || more !== undefined) {
      const { outcome } = endOf(results);
      const report = makeReportOfAll(results, request, tool, env);
      show(report.markdown, request, output);
      const document = jsonDocumentOfAll(outcome, results, tool, request.cwd);
      return { result: null, document: { ...document, report: report.data } };
    }
    return reportOf(only ?? null, request, output, context, tool);
  }
  const asked = request.location !== null || request.deployed !== null;
  const ui = unattendedUi(request, output, context.interruption, env);
  // Read as `status` does: a report never writes, and predicts where only a date is given. Its own failure must not
  // replace the one that it is made for.
  const result = asked
    ? await upgrade({ ...request, command: "status" }, ui, { ...context, remember: () => {} })
    : null;
  return reportOf(result, request, output, context, tool);
}

/** Every database, or every saved schema; `stop` is a run that leaves nothing to report. */
async function several(
  request: Request,
  output: Output,
  context: Context,
): Promise<{ results: Result[]; stop: Result | null }> {
  if (request.snapshot !== null) {
    const { planSaved } = await import("./saved.js");
    const results = await planSaved(request.snapshot, request, context.interruption.signal);
    return { results, stop: results.find(leavesNothing) ?? null };
  }
  const { allCommand } = await import("./all/command.js");
  const style = makeStyle(process.stderr, context.env, request.color && !request.json);
  const { entries, failure } = await allCommand(request, output, { ...context, remember: () => {} }, style);
  // Configs that cannot be read stand among the configs.
  const databases = entries.filter(({ connection }) => connection !== null);
  const read = (databases.length === 0 ? entries : databases).map(({ result }) => result);
  const results = [...read, ...(failure === null ? [] : [failure])];
  return { results, stop: results.find(leavesNothing) ?? null };
}

/** The user left, or named what there is not. */
function leavesNothing({ outcome, problem }: Result): boolean {
  return outcome === "cancelled" || problem?.code === "USAGE";
}

function reportOf(
  result: Result | null,
  request: Request,
  output: Output,
  { env }: Context,
  tool: Tool,
): Ended {
  const document = jsonDocument(
    result ?? { ...noFacts, outcome: "unknown", problem: null },
    tool,
    request.cwd,
  );
  if (result !== null && leavesNothing(result)) return leave(result, output, document);
  const report = makeReport(result, request, tool, env);
  show(report.markdown, request, output);
  return { result: null, document: { ...document, report: report.data } };
}

function show(markdown: string, request: Request, output: Output): void {
  const page = pageAddress();
  const parts = [markdown.trimEnd(), ...(page === null ? [] : [alsoInBrowser(page)])];
  if (!request.json) output.result(parts.join("\n\n"));
}

function leave(result: Result, output: Output, document: Record<string, unknown>): Ended {
  if (result.problem === null) output.note(closingSentence(result));
  return { result, document };
}
