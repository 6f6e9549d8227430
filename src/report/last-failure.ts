import { dirname } from "node:path";
import { DatabaseFailure } from "../database/failures.js";
import { wranglerForReport } from "../database/wrangler/find-wrangler.js";
import { type Problem, ProgramFault } from "../lib/problem.js";
import { commandLine } from "../lib/shell-quote.js";
import type { Connection } from "../project/connection.js";
import { projectFolder, secretsOf } from "../project/secret-files.js";
import { type TargetNames, targetPart } from "../project/target-names.js";
import { makePublicRedact } from "../redaction/redact.js";
import type { Request } from "../run/request.js";
import type { Result } from "../run/result.js";
import type { ToolInfo } from "../screen/json-output.js";
import type { Output } from "../screen/output.js";
import {
  hashOf,
  type KeptFailure,
  lastFailureFile,
  readKept,
  writeLastFailure,
} from "./last-failure-file.js";

/**
 * Makes the function that records a run's failure, or marks the recorded one as solved. It never throws, and prints
 * only with `--debug`: it must not disturb a run.
 * @param argv the words after the program's name
 */
export function makeFailureRecorder(
  argv: string[],
  tool: ToolInfo,
  env: NodeJS.ProcessEnv,
  output: Output,
): (request: Request, result: Result) => void {
  return (request, result) => {
    // A saved schema is from someone else's database.
    if (request.snapshot !== null || result.outcome === "cancelled") return;
    const { problem } = result;
    try {
      const file = lastFailureFile(env, projectFolder(request));
      if (problem === null) markSolved(file, request, result);
      // Reports are not made for typos on the command line.
      else if (problem.code !== "USAGE") {
        const command = commandLine(["kv-manager-upgrade", ...argv]);
        const kept = keptFailure(problem, request, result, env, { command, tool: tool.version });
        writeLastFailure(file, kept, makePublicRedact(secretsOf(env, request)));
      }
    } catch (error) {
      if (request.debug) output.note(`The failure was not kept for a report: ${String(error)}`);
    }
  };
}

/** Marks the recorded failure as solved, if this run has solved it. */
function markSolved(file: string, request: Request, result: Result): void {
  const kept = readKept(file);
  if (kept !== null && kept.solvedAt === null && solves(result, request, kept))
    writeLastFailure(file, { ...kept, solvedAt: new Date().toISOString() });
}

function keptFailure(
  problem: Problem,
  request: Request,
  { connection, applied }: Result,
  env: NodeJS.ProcessEnv,
  started: { command: string; tool: string },
): KeptFailure {
  return {
    version: 1,
    at: new Date().toISOString(),
    ...started,
    node: process.versions.node,
    wrangler: connection === null ? null : wranglerVersion(connection.target.configPath, request.cwd, env),
    system: `${process.platform} ${process.arch}`,
    code: problem.code,
    message: problem.message,
    advice: problem.advice,
    applied,
    target: connection === null ? null : namesOf(connection, request.cwd),
    said: problem instanceof DatabaseFailure ? problem.all : null,
    stack: problem instanceof ProgramFault ? problem.stackText : null,
    solvedAt: null,
    place: {
      database: connection === null ? null : databaseHash(connection),
      folder: hashOf(request.cwd),
      asked: request.command,
    },
  };
}

function namesOf(connection: Connection, cwd: string): TargetNames {
  const { persistTo: _persistTo, ...names } = targetPart(connection, cwd);
  return names;
}

function databaseHash({ target, location, persistTo }: Connection): string {
  return hashOf(target.configPath, target.env, target.binding, location, persistTo);
}

/** The wrangler that a project uses; null if it is missing or cannot be used. */
function wranglerVersion(configPath: string, cwd: string, env: NodeJS.ProcessEnv): string | null {
  try {
    return wranglerForReport(dirname(configPath), cwd, env);
  } catch {
    // The failure itself says so if that matters.
    return null;
  }
}

/**
 * Whether a run solves the recorded failure. A successful read does not solve a failed upgrade, unless it finds the
 * database up to date.
 */
function solves({ outcome, connection }: Result, { command, cwd }: Request, { place }: KeptFailure): boolean {
  const isSame =
    place.database === null
      ? place.folder === hashOf(cwd)
      : connection !== null && place.database === databaseHash(connection);
  const isDone = ["upgraded", "set-up", "up-to-date"].includes(outcome);
  return isSame && (isDone || (place.asked === "status" && command === "status"));
}
