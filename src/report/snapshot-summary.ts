import type { Request } from "../command-line/request.js";
import type { Result } from "../result.js";
import { closingSentence, eraText, plannedFor } from "../screen/contents.js";
import { migrationTable, sqlText, verificationTable } from "../screen/parts.js";
import type { Style } from "../screen/style.js";
import { nextSteps, noteLines } from "../screen/summary.js";
import { wrap } from "../screen/wrap.js";
import * as words from "../words/snapshot-file.js";

/**
 * What `status --snapshot` shows: state, SQL and checks of a saved schema, and the commands for its owner.
 * @param result made from a snapshot, with what stands in the way as its problem, if anything does
 */
export function snapshotSummary(result: Result, request: Request, style: Style): string {
  // The user left before there was anything to show.
  if (result.snapshot === null) return wrap(style.bold(closingSentence(result)), style.width);
  const { era, migrations, statements, checks, outcome } = result;
  const lines = [words.heading, words.eraOfSnapshot(era === null ? null : eraText(era))];
  const predicted = result.eras.findLast((e) => (e.from ?? "") <= (request.deployed ?? ""));
  if (request.deployed !== null && predicted !== undefined)
    lines.push(words.predictedEra(request.deployed, eraText(predicted)));
  lines.push(plannedFor(result));
  const parts = [
    lines.map((line) => wrap(line, style.width)).join("\n"),
    migrationTable(migrations, style),
    statements.length > 0 ? sqlText(statements, style) : "",
    checks.length > 0 ? verificationTable(checks, style) : "",
    noteLines(result, style),
    wrap(style.bold(outcome === "up-to-date" ? words.upToDate : closingSentence(result)), style.width),
    nextSteps(result, request, style),
  ];
  return parts.filter(Boolean).join("\n\n");
}
