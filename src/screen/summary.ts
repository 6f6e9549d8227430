import { executeByHand } from "../database/printed-command.js";
import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import type { Problem } from "../lib/problem.js";
import { majorOf } from "../lib/version.js";
import * as versions from "../messages/kv-manager.js";
import * as messages from "../messages/run.js";
import { eraOn } from "../plan/eras.js";
import { ledgerSince } from "../plan/kv-manager.js";
import { undoStatements } from "../plan/undo.js";
import type { Connection } from "../project/connection.js";
import { standardBinding } from "../project/standard-names.js";
import type { Request } from "../run/request.js";
import type { Facts, Result } from "../run/result.js";
import { commandsByHand, developmentByHand } from "./commands-by-hand.js";
import { connectionLine } from "./connection-line.js";
import { closingSentence, eraText, nextAfter, plannedFor } from "./contents.js";
import { migrationTable, statementsText, verificationTable } from "./parts.js";
import { commandFor } from "./rerun-command.js";
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
    result.statements.length > 0 ? statementsText(result.statements, style) : "",
    done && result.checks.length > 0 ? verificationTable(result.checks, style) : "",
    noteLines(result, style),
    // If the database was not read, how much is pending is unknown.
    // A conflict says itself, below, that nothing was changed.
    result.problem === null
      ? wrap(
          style.bold(result.unread === null ? closingSentence(result) : messages.nothingChanged),
          style.width,
        )
      : "",
    nextSteps(result, request, style),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function heading(result: Result, request: Request, style: Style): string {
  const { connection } = result;
  const lines = [...deployedLines(result, request.deployed), plannedFor(result)];
  if (connection !== null) lines.unshift(style.bold(connectionLine(connection)));
  return wrap(lines.join("\n"), style.width);
}

/** Notes about the schema that do not block an upgrade. */
export function noteLines({ remarks, differences }: Facts, style: Style): string {
  return wrap([...remarks, ...differences].map(messages.note).join("\n"), style.width);
}

/** What the schema says about the deploy date, compared with the user's answer. The database wins. */
export function deployedLines(result: Facts, said: string | null): string[] {
  const { era, eras, connection, migrations, setsUp, unread } = result;
  if (connection === null) return said === null ? [] : [messages.deployed.predicted(said)];
  if (setsUp) return [unread ?? messages.deployed.empty];
  const partly = migrations.some((m) => m.status === "partial" || m.status === "applied");
  const found = era === null ? messages.deployed.noEra(partly) : messages.deployed.era(eraText(era));
  if (said === null) return [found];
  const has = eraOn(said, eras)?.has ?? [];
  const predicted = migrations.filter((m) => !has.includes(m.id)).map((m) => m.id);
  const lacking = migrations.filter((m) => m.status !== "applied").map((m) => m.id);
  const agrees = predicted.join() === lacking.join();
  return [
    found,
    agrees
      ? messages.deployed.agrees(said, idList(predicted))
      : messages.deployed.differs(said, idList(predicted), idList(lacking)),
  ];
}

function idList(ids: string[]): string {
  return ids.length === 0 ? messages.deployed.nothing : new Intl.ListFormat("en").format(ids);
}

/** What to do after a run, with the exact commands. */
export function nextSteps(result: Result, request: Request, style: Style): string {
  const { connection, outcome } = result;
  if (connection === null) return result.statements.length > 0 ? byHand(result, request, style) : "";
  if (outcome === "pending") {
    // If a backup was already made, another with that name would fail.
    const again = result.backup === null ? request : { ...request, backup: null };
    const { setsUp, unprepared } = result;
    const what = unprepared && !setsUp ? messages.next.idFirst : messages.next.apply;
    const command = commandFor(setsUp || unprepared ? "setup" : "", connection, again, true);
    return [backupLine(result, style), wrap(`${what}\n  ${command}`, style.width)]
      .filter(Boolean)
      .join("\n\n");
  }
  if (result.applied !== true) return backupLine(result, style);
  return [
    backupLine(result, style),
    undoInstructions(result, connection, style),
    wrap(afterwards(result, connection), style.width),
    result.setsUp || majorOf(result.kvManager.version) < ledgerSince
      ? ""
      : wrap(versions.bannerOnceMore, style.width),
    `${messages.next.checkAgain}\n  ${commandFor("status", connection, request, false)}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** What to do after the database is done. */
function afterwards({ setsUp }: Facts, { location, persistTo, target }: Connection): string {
  if (setsUp && target.binding !== standardBinding)
    return messages.next.renameFirst(target.binding, target.config);
  return nextAfter(setsUp, location, persistTo !== null);
}

export function backupLine({ backup }: Facts, style: Style): string {
  return backup === null ? "" : wrap(messages.next.backup(displayPath(backup, currentFolder())), style.width);
}

/**
 * How to undo an upgrade: the restore command, else the statements that remove what it added; empty if neither applies.
 */
export function undoInstructions(result: Facts, connection: Connection, style: Style): string {
  return restoreInstructions(result, style) || undo(result, connection, style);
}

/** The exact restore command, and what it means; empty if there is no restore point, or another run did the upgrade. */
function restoreInstructions({ restorePoint, added }: Facts, style: Style): string {
  if (restorePoint === null || added?.addedBy === "another-run") return "";
  return wrap(messages.next.restore(restorePoint.command), style.width);
}

/** For an upgrade without a restore point: the command that removes what this run added, and nothing else. */
function undo({ added, setsUp }: Facts, connection: Connection, style: Style): string {
  if (setsUp || added === null || added.ownPlan === null) return "";
  const command = executeByHand(connection, undoStatements(added.ownPlan.statements), currentFolder());
  return wrap(`${messages.next.undo}\n  ${command}`, style.width);
}

/** The commands for doing it without this program. */
function byHand(result: Facts, request: Request, style: Style): string {
  const { commands, better } = commandsByHand(result, request);
  return [
    wrap(messages.next.manually(result.savedFrom === null ? developmentByHand : null), style.width),
    ...commands,
    wrap(`${messages.next.better}\n  ${better}`, style.width),
  ].join("\n");
}

/** What happened, with its code. */
export function errorLine({ code, message }: Problem, style: Style): string {
  return `${style.bad("Error")} ${style.dim(`(${code})`)}: ${message}`;
}

/** A failure in plain words: what happened, whether anything was changed, what to do. */
export function problemText(problem: Problem, result: Result, style: Style): string {
  const changed = result.applied === null ? "" : messages.changed(result.prepared);
  const texts = [errorLine(problem, style), changed, problem.advice].map((text) => wrap(text, style.width));
  return [...texts, backupLine(result, style), restoreInstructions(result, style)].filter(Boolean).join("\n");
}
