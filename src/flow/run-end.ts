import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { Cancelled, Problem } from "../lib/problem.js";
import { commandLine } from "../lib/shell-quote.js";
import { fileNamedAbove, filled } from "../messages/placeholders.js";
import { programFault } from "../messages/refusals.js";
import { written } from "../messages/run.js";
import type { Connection } from "../project/connection.js";
import { localFileOf } from "../project/local-state.js";
import { standardFlags } from "../project/standard-names.js";
import { recordChange, runSoFar, writeIsKnown } from "../run/record.js";
import type { Request } from "../run/request.js";
import { type Facts, noFacts, type Result, resultOf } from "../run/result.js";
import { commandFor, databaseFlags } from "../screen/rerun-command.js";
import { kvManagerUnread } from "./kv-manager.js";

/**
 * Returns the result of a run that ended early, with advice that names the database.
 * @param facts what the run found out and did
 * @param error what was thrown; an internal error must not hide what is known about the database
 */
export function endedEarly(facts: Facts, error: unknown, request: Request): Result {
  const known = facts.snapshot === null ? { ...facts, ...kvManagerUnread(facts, request) } : facts;
  if (error instanceof Cancelled) return resultOf(known, "cancelled");
  const problem =
    error instanceof Problem ? error : programFault(error, known.applied === null, request.debug);
  return resultOf(known, problem.withAdvice(adviceFor(problem, known.connection, request)));
}

/** Returns the result of a run that ended before its first step. @param connection its database, if known */
export function neverStarted(error: unknown, request: Request, connection: Connection | null = null): Result {
  return endedEarly({ ...noFacts, connection, prepared: [...runSoFar().changes] }, error, request);
}

/** Records a run's write, so that a failure with a later database does not claim that nothing was changed. */
export function rememberWrite({ connection, applied, added, setsUp }: Facts): void {
  if (applied !== null) writeIsKnown();
  if (connection === null || applied === false || added?.addedBy === "another-run") return;
  const { target, location } = connection;
  const database = `${location} database ${target.database ?? target.binding}`;
  recordChange(written(database, setsUp, applied === true));
}

/** Returns the advice with the placeholders for the database filled in. */
function adviceFor({ advice, code }: Problem, connection: Connection | null, request: Request): string {
  if (connection === null) return filled(advice, standardFlags("remote"));
  const { target, persistTo, location } = connection;
  const file =
    location === "local" ? displayPath(localFileOf(target, persistTo), currentFolder()) : fileNamedAbove;
  const complete = filled(advice, commandLine(databaseFlags(connection, request)), file);
  if (code !== "UNKNOWN_OUTCOME") return complete;
  return `${complete}\n  ${commandFor("status", connection, request, false)}`;
}
