import { homedir } from "node:os";
import { DatabaseFailure } from "../database/failures.js";
import { encodeSnapshot } from "../database/snapshot-json.js";
import { displayPath } from "../lib/display-path.js";
import { ProgramFault } from "../lib/problem.js";
import { projectFolder, secretsOf } from "../project/secret-files.js";
import { targetPart } from "../project/target-names.js";
import { homeNames, makeRedact, redactDeep } from "../redaction/redact.js";
import { truncate } from "../redaction/truncate.js";
import type { Request } from "../run/request.js";
import type { Result } from "../run/result.js";
import { jsonDocument, kvManagerPart, type ToolInfo } from "../screen/json-output.js";
import { collectEnvironment } from "./environment.js";
import { readLastFailure } from "./last-failure-file.js";
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
 * @param request the run's request
 * @param tool this program
 * @param env its environment
 */
export function makeReport(
  result: Result | null,
  request: Request,
  tool: ToolInfo,
  env: NodeJS.ProcessEnv,
): Report {
  const redact = redactFor(request, env);
  const data = redactDeep(
    {
      at: new Date().toISOString(),
      facts: collectEnvironment(request, tool, env),
      asked: askedPart(request),
      database: result === null ? null : databasePart(result, tool, request.cwd, redact),
      lastFailure: request.snapshot === null ? readLastFailure(env, projectFolder(request)) : null,
      snapshot: result === null ? null : schemaPart(result, request.cwd),
    } satisfies ReportData,
    redact,
  ) as ReportData;
  return { data, markdown: reportMarkdown(data) };
}

/**
 * The same for several databases, see `makeReport`.
 * @param results the runs, one for each database
 */
export function makeReportOfAll(
  results: Result[],
  request: Request,
  tool: ToolInfo,
  env: NodeJS.ProcessEnv,
): { data: AllData; markdown: string } {
  const redact = redactFor(request, env);
  const data = redactDeep(
    {
      at: new Date().toISOString(),
      facts: collectEnvironment(request, tool, env),
      databases: results.map((result, i) => ({
        database: databasePart(result, tool, request.cwd, redact),
        snapshot: schemaPart(result, request.cwd, `${i + 1} of ${results.length}`),
      })),
      lastFailure: request.snapshot === null ? readLastFailure(env, projectFolder(request)) : null,
    } satisfies AllData,
    redact,
  ) as AllData;
  return { data, markdown: markdownOfAll(data) };
}

/**
 * Makes the redaction for a report. It reveals no ids: those shown to choose from must not appear in a public issue.
 */
function redactFor(request: Request, env: NodeJS.ProcessEnv): (text: string) => string {
  return makeRedact(new Set(secretsOf(env, request)), new Set(), homedir(), homeNames("public"));
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
  const planned = { kvManager: kvManagerPart(result) };
  return {
    ...encodeSnapshot(snapshot),
    ...(part === null ? {} : { part }),
    ...(target === null ? {} : { target }),
    ...planned,
  };
}

/** The maximum characters of wrangler's output. */
const longestSaid = 4000;

function databasePart(
  result: Result,
  tool: ToolInfo,
  cwd: string,
  redact: (text: string) => string,
): DatabasePart {
  const document = jsonDocument(result, tool, cwd) as unknown as Omit<
    DatabasePart,
    "differences" | "remarks" | "notes" | "said" | "stack"
  >;
  const {
    outcome,
    target,
    kvManager,
    deployed,
    migrations,
    statements,
    applied,
    checks,
    restorePoint,
    error,
  } = document;
  const { differences, remarks, notes, versionNote, problem } = result;
  const bounded = (text: string) => truncate(redact(text), longestSaid);
  return {
    ...{ outcome, target, kvManager, deployed, migrations, statements, applied, checks, restorePoint, error },
    ...{ differences, remarks, notes: versionNote === null ? notes : [...notes, versionNote] },
    said: problem instanceof DatabaseFailure ? bounded(problem.all) : null,
    stack: problem instanceof ProgramFault ? bounded(problem.stackText) : null,
  };
}
