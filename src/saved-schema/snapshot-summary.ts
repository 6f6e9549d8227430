import { visibleText } from "../lib/visible-text.js";
import { savedHead, states, unnamed } from "../messages/all.js";
import * as messages from "../messages/snapshot-file.js";
import { isOpen } from "../plan/plan.js";
import type { TargetPart } from "../project/target-names.js";
import { boundText } from "../project/targets.js";
import type { Request } from "../run/request.js";
import type { Facts, Result } from "../run/result.js";
import { closingSentence, plannedFor } from "../screen/contents.js";
import { migrationTable, statementsText, verificationTable } from "../screen/parts.js";
import type { Style } from "../screen/style.js";
import { nextSteps, noteLines, problemText } from "../screen/summary.js";
import { table } from "../screen/table.js";
import { wrap } from "../screen/wrap.js";
import { snapshotEnd, snapshotLines } from "./snapshot-lines.js";

/**
 * What `status --snapshot` shows: state, SQL and checks of a saved schema, and the commands for its owner.
 * @param result made from a snapshot; any conflict is its problem
 */
export function snapshotSummary(result: Result, request: Request, style: Style): string {
  // The user cancelled before there was anything to show.
  if (result.snapshot === null) return wrap(style.bold(closingSentence(result)), style.width);
  const { migrations, statements, checks } = result;
  const lines = [messages.heading, ...snapshotLines(result, request.deployed), plannedFor(result)];
  const parts = [
    lines.map((line) => wrap(line, style.width)).join("\n"),
    migrationTable(migrations, style),
    statements.length > 0 ? statementsText(statements, style) : "",
    checks.length > 0 ? verificationTable(checks, style) : "",
    noteLines(result, style),
    // A conflict says itself, below, that nothing was changed.
    result.problem === null ? wrap(style.bold(snapshotEnd(result)), style.width) : "",
    nextSteps(result, request, style),
  ];
  return parts.filter(Boolean).join("\n\n");
}

/** The same for several, each under its name. @param results made from snapshots, one for each database */
export function snapshotSummaries(results: Result[], request: Request, style: Style): string {
  const text = (result: Result, i: number) => {
    const name = style.bold(nameOf(result, i));
    const { problem } = result;
    // A conflict is best seen in context.
    const summary =
      problem === null || result.outcome === "conflict" ? snapshotSummary(result, request, style) : "";
    const error = problem === null ? "" : problemText(problem, result, style);
    return [wrap(name, style.width), summary, error].filter(Boolean).join("\n\n");
  };
  const rows = results.map((result, i) => [nameOf(result, i), stateOf(result)]);
  const overview = table(savedHead, rows, style);
  return [overview, ...results.map(text)].join(`\n\n${style.dim("-".repeat(Math.min(style.width, 40)))}\n\n`);
}

function nameOf({ savedFrom }: Facts, i: number): string {
  return savedFrom === null ? unnamed(i + 1) : savedLine(savedFrom);
}

function stateOf({ outcome, migrations }: Result): string {
  const open = migrations.filter(isOpen).map((m) => m.id);
  return outcome === "pending" ? `${states.pending} ${open.join(", ")}` : states[outcome];
}

/** The database that a saved schema is from, in one line. */
function savedLine({ location, binding, database, config, env }: TargetPart): string {
  const bound = config === null ? "" : `; ${boundText({ binding, config, env })}`;
  return visibleText(`${database ?? binding} (${location}${bound})`);
}
