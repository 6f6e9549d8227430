import { commandFor } from "../command-line/again.js";
import type { Request } from "../command-line/request.js";
import { oneLine } from "../plan/one-line.js";
import type { Problem } from "../problem.js";
import { quoted } from "../quoted.js";
import { type Result, whatChanged } from "../result.js";
import { noMigrationNeeded } from "../words/setup.js";
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
 */
export function summary(result: Result, request: Request, style: Style): string {
  const done = result.applied === true || result.outcome === "up-to-date";
  const parts = [
    heading(result, request, style),
    result.migrations.length > 0 && !result.setsUp ? migrationTable(result.migrations, style) : "",
    result.statements.length > 0 ? sqlText(result.statements, style) : "",
    done && result.checks.length > 0 ? verificationTable(result.checks, style) : "",
    result.differences.map((difference) => wrap(`Note: ${difference}`, style.width)).join("\n"),
    wrap(style.bold(closingSentence(result)), style.width),
    nextSteps(result, request, style),
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
  const { era, eras, connection, migrations, setsUp } = result;
  if (connection === null)
    return said === null
      ? []
      : [`Predicted for a first deployment on ${said}, without looking at a database.`];
  if (setsUp) return [`The database is empty: it gets the whole current schema. ${noMigrationNeeded}`];
  const found =
    era === null
      ? "The schema is of no single version: it is partly upgraded."
      : `The schema is that of a first deployment ${eraText(era)}.`;
  if (said === null) return [found];
  const has = eras.findLast((e) => (e.from ?? "") <= said)?.has ?? [];
  const predicted = migrations.filter((m) => !has.includes(m.id)).map((m) => m.id);
  const lacking = migrations.filter((m) => m.status !== "applied").map((m) => m.id);
  const agrees = predicted.join() === lacking.join();
  const predicts = `The date you gave, ${said}, predicts ${idList(predicted)}.`;
  return [
    found,
    agrees ? `${predicts} So it is.` : `${predicts} The database lacks ${idList(lacking)}, and it counts.`,
  ];
}

function idList(ids: string[]): string {
  return ids.length === 0 ? "nothing to add" : new Intl.ListFormat("en").format(ids);
}

/** What to do after a run, with the exact commands. */
export function nextSteps(result: Result, request: Request, style: Style): string {
  const { connection, outcome } = result;
  if (connection === null) return result.statements.length > 0 ? byHand(result, request, style) : "";
  if (outcome === "pending")
    return `Apply it with:\n  ${commandFor(result.setsUp ? "setup" : "", connection, request.cwd, true)}`;
  if (result.applied !== true) return "";
  return [
    wayBack(result, style),
    wrap("Next: deploy the new version of KV Manager; its database is ready.", style.width),
    `Look again at any time with:\n  ${commandFor("status", connection, request.cwd, false)}`,
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
  const config = request.config === null ? [] : ["--config", quoted(request.config)];
  const env = request.env === null ? [] : ["--env", quoted(request.env)];
  const flags = [...config, ...env];
  const commands = result.statements.map(({ sql }) =>
    [...["npx wrangler d1 execute", quoted(name), "--remote"], ...flags, `--command="${oneLine(sql)};"`].join(
      " ",
    ),
  );
  const binding = request.binding === null ? [] : ["--binding", quoted(name)];
  return [
    wrap(
      "To add it by hand, one after the other (--local instead of --remote for the local database):",
      style.width,
    ),
    ...commands,
    wrap("Better, since it looks at what is there first:", style.width),
    `  ${["kv-manager-upgrade --remote", ...flags, ...binding].join(" ")} --yes`,
  ].join("\n");
}

/** A failure in plain words: what happened, whether anything was changed, what to do. */
export function problemText(problem: Problem, result: Result, style: Style): string {
  const changed = result.applied === null ? "" : whatChanged(result);
  const error = `${style.bad("Error")} ${style.dim(`(${problem.code})`)}: ${problem.message}`;
  const texts = [error, changed, problem.advice].map((text) => wrap(text, style.width));
  return [...texts, wayBack(result, style)].filter(Boolean).join("\n");
}
