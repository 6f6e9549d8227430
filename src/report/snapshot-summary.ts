import type { Request } from "../command-line/request.js";
import type { Result } from "../result.js";
import { closingSentence, plannedFor } from "../screen/contents.js";
import { migrationTable, sqlText, verificationTable } from "../screen/parts.js";
import type { Style } from "../screen/style.js";
import { nextSteps, noteLines } from "../screen/summary.js";
import { wrap } from "../screen/wrap.js";
import * as words from "../words/snapshot-file.js";
import { snapshotEnd, snapshotLines } from "./snapshot-lines.js";

/**
 * What `status --snapshot` shows: state, SQL and checks of a saved schema, and the commands for its owner.
 * @param result made from a snapshot, with what stands in the way as its problem, if anything does
 */
export function snapshotSummary(result: Result, request: Request, style: Style): string {
  // The user left before there was anything to show.
  if (result.snapshot === null) return wrap(style.bold(closingSentence(result)), style.width);
  const { migrations, statements, checks } = result;
  const lines = [words.heading, ...snapshotLines(result, request.deployed), plannedFor(result)];
  const parts = [
    lines.map((line) => wrap(line, style.width)).join("\n"),
    migrationTable(migrations, style),
    statements.length > 0 ? sqlText(statements, style) : "",
    checks.length > 0 ? verificationTable(checks, style) : "",
    noteLines(result, style),
    wrap(style.bold(snapshotEnd(result)), style.width),
    nextSteps(result, request, style),
  ];
  return parts.filter(Boolean).join("\n\n");
}
