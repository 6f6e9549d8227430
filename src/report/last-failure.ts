import { homedir } from "node:os";
import { DatabaseFailure } from "../database/failures.js";
import { wranglerForReport } from "../database/wrangler/find-wrangler.js";
import { ProgramFault } from "../lib/problem.js";
import { commandLine } from "../lib/shell-quote.js";
import { projectFolder, secretsOf } from "../project/secret-files.js";
import { homeNames, makeRedact } from "../redaction/redact.js";
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
    try {
      remember(request, result, argv, tool, env);
    } catch (error) {
      if (request.debug) output.note(`The failure was not kept for a report: ${String(error)}`);
    }
  };
}

function remember(
  request: Request,
  result: Result,
  argv: string[],
  tool: ToolInfo,
  env: NodeJS.ProcessEnv,
): void {
  const file = lastFailureFile(env, projectFolder(request));
  const { problem, connection } = result;
  // A saved schema is from someone else's database.
  if (request.snapshot !== null || result.outcome === "cancelled") return;
  const place = placeOf(request, result);
  const now = new Date().toISOString();
  if (problem === null) {
    const kept = readKept(file);
    if (kept !== null && kept.solvedAt === null && solves(result, request, place, kept))
      writeLastFailure(file, { ...kept, solvedAt: now });
    return;
  }
  // Reports are not made for typos on the command line.
  if (problem.code === "USAGE") return;
  const target = connection?.target ?? null;
  writeLastFailure(
    file,
    {
      version: 1,
      at: now,
      command: commandLine(["kv-manager-upgrade", ...argv]),
      tool: tool.version,
      node: process.versions.node,
      wrangler: target === null ? null : wranglerVersion(target.configPath, request.cwd, env),
      system: `${process.platform} ${process.arch}`,
      ...{ code: problem.code, message: problem.message, advice: problem.advice, applied: result.applied },
      target:
        target === null || connection === null
          ? null
          : {
              ...{ location: connection.location, binding: target.binding, database: target.database },
              ...{ config: target.config, env: target.env },
            },
      said: problem instanceof DatabaseFailure ? problem.all : null,
      stack: problem instanceof ProgramFault ? problem.stackText : null,
      solvedAt: null,
      place,
    },
    makeRedact(new Set(secretsOf(env, request)), new Set(), homedir(), homeNames("public")),
  );
}

/** The wrangler that a project uses; null if it is missing or cannot be used. */
function wranglerVersion(configPath: string, cwd: string, env: NodeJS.ProcessEnv): string | null {
  try {
    return wranglerForReport(configPath, cwd, env);
  } catch {
    // The failure itself says so if that matters.
    return null;
  }
}

function placeOf({ command, cwd }: Request, { connection }: Result): KeptFailure["place"] {
  const { target, location, persistTo } = connection ?? {};
  return {
    database:
      target === undefined
        ? null
        : hashOf(target.configPath, target.env, target.binding, location ?? null, persistTo ?? null),
    folder: hashOf(cwd),
    asked: command,
  };
}

/**
 * Whether a run solves the recorded failure. A successful read does not solve a failed upgrade, unless it finds the
 * database up to date.
 */
function solves(
  { outcome }: Result,
  { command }: Request,
  place: KeptFailure["place"],
  kept: KeptFailure,
): boolean {
  const same =
    kept.place.database === null
      ? kept.place.folder === place.folder
      : kept.place.database === place.database;
  const done = ["upgraded", "set-up", "up-to-date"].includes(outcome);
  return same && (done || (kept.place.asked === "status" && command === "status"));
}
