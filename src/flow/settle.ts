import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { Cancelled, Problem } from "../lib/problem.js";
import type { Connection } from "../project/connection.js";
import { localFileOf } from "../project/local-state.js";
import { standardFlags } from "../project/standard-names.js";
import { runSoFar } from "../run/record.js";
import type { Request } from "../run/request.js";
import { blankResult, type Outcome, type Result } from "../run/result.js";
import { commandFor, databaseFlags } from "../screen/again.js";
import { fileNamedAbove, filled } from "../words/placeholders.js";
import { programFault } from "../words/refusals.js";
import { takeKvManagerUnread } from "./kv-manager.js";

const outcomeOf: Partial<Record<Problem["code"], Outcome>> = {
  EMPTY_DATABASE: "empty",
  NOT_KV_MANAGER: "not-kv-manager",
  CONFLICT: "conflict",
  UNKNOWN_OUTCOME: "unknown",
};

/**
 * Takes over into a result how its run has ended early; the advice then names the database.
 * @param error what was thrown; a fault of this program must not hide what is known of the database
 */
export function settle(result: Result, error: unknown, request: Request): void {
  if (result.snapshot === null) takeKvManagerUnread(result, request);
  if (error instanceof Cancelled) {
    result.outcome = "cancelled";
    return;
  }
  const problem =
    error instanceof Problem ? error : programFault(error, result.applied === null, request.debug);
  result.problem = problem.withAdvice(adviceFor(problem, result.connection, request));
  result.outcome = outcomeOf[problem.code] ?? "failed";
}

/** A run that has ended before anything was read. @param connection the database that it was about, if it is known */
export function settledRun(error: unknown, request: Request, connection: Connection | null = null): Result {
  const result: Result = { ...blankResult(), connection, prepared: [...runSoFar().changes] };
  settle(result, error, request);
  return result;
}

/** The advice with its database filled in. */
function adviceFor({ advice, code }: Problem, connection: Connection | null, request: Request): string {
  if (connection === null) return filled(advice, standardFlags("remote"));
  const { target, persistTo, location } = connection;
  const file =
    location === "local" ? displayPath(localFileOf(target, persistTo), currentFolder()) : fileNamedAbove;
  const complete = filled(advice, databaseFlags(connection, request), file);
  if (code !== "UNKNOWN_OUTCOME") return complete;
  return `${complete}\n  ${commandFor("status", connection, request, false)}`;
}
