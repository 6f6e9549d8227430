import type { Request } from "../command-line/request.js";
import { commandFor } from "../flow/again.js";
import type { Result } from "../flow/result.js";
import { oneLine } from "../plan/sql-reader.js";
import type { Problem } from "../problem.js";
import {
  closingSentence,
  connectionLine,
  eraText,
  migrationTable,
  sqlText,
  verificationTable,
} from "./parts.js";
import type { Style } from "./style.js";
import { wrap } from "./wrap.js";

/**
 * The text of an unattended run: what was found, what was done, how it ended, what to do next.
 * @param startedIn the folder that the user is in
 */
export function summary(result: Result, request: Request, style: Style, startedIn: string): string {
  const done = result.applied === true || result.outcome === "up-to-date";
  const parts = [
    heading(result, request, style),
    result.migrations.length > 0 ? migrationTable(result.migrations, style) : "",
    result.statements.length > 0 ? sqlText(result.statements, style) : "",
    done && result.checks.length > 0 ? verificationTable(result.checks, style) : "",
    result.differences.map((difference) => wrap(`Note: ${difference}`, style.width)).join("\n"),
    wrap(style.bold(closingSentence(result)), style.width),
    nextSteps(result, request, startedIn, style),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function heading(result: Result, request: Request, style: Style): string {
  const lines: string[] = [];
  if (result.connection !== null) lines.push(style.bold(connectionLine(result.connection)));
  lines.push(...deployedLines(result, request.deployed));
  return lines.map((line) => wrap(line, style.width)).join("\n");
}

/** What the schema says about the deploy date, beside what the user said. The database wins. */
export function deployedLines(result: Result, said: string | null): string[] {
  const { era, connection } = result;
  if (connection === null)
    return said === null
      ? []
      : [`Predicted for a first deployment on ${said}, without looking at a database.`];
  if (result.migrations.length === 0) return [];
  const found =
    era === null
      ? "The schema is of no single version: it is partly upgraded."
      : `The schema is that of a first deployment ${eraText(era)}.`;
  if (said === null) return [found];
  const fits = era !== null && (era.from ?? "") <= said && (era.before === null || said < era.before);
  return [
    found,
    fits
      ? `That fits the date you gave, ${said}.`
      : `The date you gave, ${said}, predicts something else; the database counts.`,
  ];
}

/** What to do after a run, with the exact commands. */
export function nextSteps(result: Result, request: Request, startedIn: string, style: Style): string {
  const { connection, outcome } = result;
  if (connection === null) return result.statements.length > 0 ? byHand(result, request, style) : "";
  if (outcome === "pending")
    return `Apply it with:\n  ${commandFor(result.setsUp ? "setup" : "", connection, request, startedIn)}`;
  if (result.applied !== true) return "";
  return [
    wayBack(result, style),
    wrap("Next: deploy the new version of KV Manager; its database is ready.", style.width),
    `Look again at any time with:\n  ${commandFor("status", connection, request, startedIn)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** The exact command that goes back, and what that means; empty where there is none. */
function wayBack({ restorePoint }: Result, style: Style): string {
  if (restorePoint === null) return "";
  return [
    wrap("To go back to how the database was just before this:", style.width),
    `  ${restorePoint.command}`,
    wrap("That undoes everything written since that moment, by KV Manager and its users too.", style.width),
  ].join("\n");
}

/** Commands for somebody who does it without this program: one each, so that a column that exists stops only itself. */
function byHand(result: Result, request: Request, style: Style): string {
  const name = request.binding ?? "kv-manager-metadata";
  const commands = result.statements.map(
    ({ sql }) => `npx wrangler d1 execute ${name} --remote --command="${oneLine(sql)};"`,
  );
  return [
    wrap(
      "To add it by hand, one after the other (--local instead of --remote for the local database):",
      style.width,
    ),
    ...commands,
    wrap("Better, since it looks at what is there first:", style.width),
    "  kv-manager-upgrade --remote --yes",
  ].join("\n");
}

/** A failure in plain words: what happened, whether anything was changed, what to do. */
export function problemText(problem: Problem, result: Result, style: Style): string {
  const changed = result.applied === null ? "" : "Nothing was changed.";
  const error = `${style.bad("Error")} ${style.dim(`(${problem.code})`)}: ${problem.message}`;
  const texts = [error, changed, problem.advice].map((text) => wrap(text, style.width));
  return [...texts, wayBack(result, style)].filter(Boolean).join("\n");
}
