import type { Request } from "../command-line/request.js";
import type { World } from "../flow/run.js";
import { unattendedFace } from "../flow/unattended.js";
import { upgrade } from "../flow/upgrade.js";
import { pageAddress } from "../page-address.js";
import { blankResult, type Result } from "../result.js";
import { closingSentence } from "../screen/contents.js";
import { jsonDocument, type Tool } from "../screen/document.js";
import type { Output } from "../screen/output.js";
import { alsoInBrowser } from "../words/support-report.js";
import { makeReport } from "./report.js";

/**
 * `report`: reads the database where one is named, and shows a support report whatever came of it.
 * @returns the JSON document with the report; and a run that ends the program otherwise than with 0, since the user
 *   left it or named a saved schema that cannot be used
 */
export async function reportCommand(
  request: Request,
  output: Output,
  world: World,
  tool: Tool,
): Promise<{ result: Result | null; document: Record<string, unknown> }> {
  const asked = request.location !== null || request.snapshot !== null || request.deployed !== null;
  const { env, interruption } = world;
  const face = unattendedFace(request, output, interruption, env);
  // Read as `status` does: a report never writes, and predicts where only a date is given. Its own failure must not
  // replace the one that it is made for.
  const result = asked
    ? await upgrade({ ...request, command: "status" }, face, { ...world, remember: () => {} })
    : null;
  const document = jsonDocument(result ?? { ...blankResult(), outcome: "unknown" }, tool, request.cwd);
  if (result !== null && (result.outcome === "cancelled" || result.problem?.code === "USAGE"))
    return leave(result, output, document);
  const report = makeReport(result, request, tool, env);
  const page = pageAddress();
  const parts = [report.markdown.trimEnd(), ...(page === null ? [] : [alsoInBrowser(page)])];
  if (!request.json) output.result(parts.join("\n\n"));
  return { result: null, document: { ...document, report: report.data } };
}

function leave(result: Result, output: Output, document: Record<string, unknown>) {
  if (result.problem === null) output.note(closingSentence(result));
  return { result, document };
}
