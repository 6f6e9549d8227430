import { DatabaseFailure } from "../database/failures.js";
import { encodeSnapshot } from "../database/snapshot-json.js";
import { displayPath } from "../lib/display-path.js";
import { ProgramFault } from "../lib/problem.js";
import { projectFolder, secretsOf } from "../project/secret-files.js";
import { targetPart } from "../project/target-names.js";
import { makePublicRedact, redactDeep } from "../redaction/redact.js";
import { truncate } from "../redaction/truncate.js";
import type { Request } from "../run/request.js";
import type { Result } from "../run/result.js";
import { kvManagerPart, resultPart, type ToolInfo } from "../screen/json-output.js";
import { collectEnvironment } from "./environment.js";
import { type LastFailure, readLastFailure } from "./last-failure-file.js";
import { markdownOfAll } from "./report-all-markdown.js";
import type { AllData, AskedPart, DatabasePart, ReportData } from "./report-data.js";
import { reportMarkdown } from "./report-markdown.js";

/**
 * A finished report. Its commands call the program `kv-manager-upgrade`; `Output.clean` replaces that with how it was
 * started.
 */
export interface Report {
  data: ReportData;
  /** Ends with a newline. */
  markdown: string;
}

/**
 * Makes a support report of a run that has ended, successfully or not. It contacts and starts nothing; it reads the
 * configs, versions and the recorded failure from disk. A part that fails says so in its place.
 * @param result the run; null if no database was to be queried
 */
export function makeReport(
  result: Result | null,
  request: Request,
  tool: ToolInfo,
  env: NodeJS.ProcessEnv,
): Report {
  const redact = makePublicRedact(secretsOf(env, request));
  const data = redactDeep(
    {
      at: new Date().toISOString(),
      facts: collectEnvironment(request, tool, env),
      asked: askedPart(request),
      database: result === null ? null : databasePart(result, request.cwd, redact),
      lastFailure: lastFailureOf(request, env),
      snapshot: result === null ? null : schemaPart(result, request.cwd),
    } satisfies ReportData,
    redact,
  ) as ReportData;
  return { data, markdown: reportMarkdown(data) };
}

/** The same for several databases, see `makeReport`. */
export function makeReportOfAll(
  results: Result[],
  request: Request,
  tool: ToolInfo,
  env: NodeJS.ProcessEnv,
): { data: AllData; markdown: string } {
  const redact = makePublicRedact(secretsOf(env, request));
  const data = redactDeep(
    {
      at: new Date().toISOString(),
      facts: collectEnvironment(request, tool, env),
      databases: results.map((result, i) => ({
        database: databasePart(result, request.cwd, redact),
        snapshot: schemaPart(result, request.cwd, `${i + 1} of ${results.length}`),
      })),
      lastFailure: lastFailureOf(request, env),
    } satisfies AllData,
    redact,
  ) as AllData;
  return { data, markdown: markdownOfAll(data) };
}

/** The last failure of the project, unless a saved schema was read, which is someone else's. */
function lastFailureOf(request: Request, env: NodeJS.ProcessEnv): LastFailure | null {
  return request.snapshot === null ? readLastFailure(env, projectFolder(request)) : null;
}

function askedPart({ location, binding, config, env, persistTo, cwd }: Request): AskedPart | null {
  if (location === null) return null;
  return {
    location,
    binding,
    config,
    env,
    persistTo: persistTo === null ? null : displayPath(persistTo, cwd),
  };
}

/**
 * The schema, with its number among several, its database, and the version planned for, so that reading it back gives
 * the same plan.
 */
function schemaPart(result: Result, cwd: string, part: string | null = null): ReportData["snapshot"] {
  const { snapshot, connection, savedFrom } = result;
  if (snapshot === null) return null;
  const target = connection === null ? savedFrom : targetPart(connection, cwd);
  return {
    ...encodeSnapshot(snapshot),
    ...(part === null ? {} : { part }),
    ...(target === null ? {} : { target }),
    kvManager: kvManagerPart(result),
  };
}

/** The maximum characters of wrangler's output. */
const longestSaid = 4000;

function databasePart(result: Result, cwd: string, redact: (text: string) => string): DatabasePart {
  // The JSON output has only the note on the config's name and id; a report has them all.
  const { notes: _notes, ...part } = resultPart(result, cwd);
  const { differences, remarks, notes, versionNote, problem } = result;
  const bounded = (text: string) => truncate(redact(text), longestSaid);
  return {
    ...(part as unknown as Omit<DatabasePart, "differences" | "remarks" | "notes" | "said" | "stack">),
    differences,
    remarks,
    notes: versionNote === null ? notes : [...notes, versionNote],
    said: problem instanceof DatabaseFailure ? bounded(problem.all) : null,
    stack: problem instanceof ProgramFault ? bounded(problem.stackText) : null,
  };
}
