import { targetPart } from "../project/target-names.js";
import type { Facts, Outcome, Result } from "../run/result.js";

/** The name and version of this program. */
export interface Tool {
  name: string;
  version: string;
}

/**
 * The JSON document of the contract.
 * @param result a finished run
 * @param cwd paths are given relative to it where they lie below it
 */
export function jsonDocument(result: Result, tool: Tool, cwd: string): Record<string, unknown> {
  return { schemaVersion: 1, tool, ...resultPart(result, cwd) };
}

/**
 * The JSON document of several databases.
 * @param outcome that of the gravest
 */
export function jsonDocumentOfAll(
  outcome: Outcome,
  results: Result[],
  tool: Tool,
  cwd: string,
): Record<string, unknown> {
  return { schemaVersion: 1, tool, outcome, databases: results.map((result) => ofSeveral(result, cwd)) };
}

/** What is known of one of several: a saved schema among others has to say whose it is. */
function ofSeveral(result: Result, cwd: string): Record<string, unknown> {
  const part = resultPart(result, cwd);
  return result.savedFrom === null ? part : { ...part, target: result.savedFrom };
}

/** What is known of one database. */
function resultPart(result: Result, cwd: string): Record<string, unknown> {
  const { problem, era } = result;
  return {
    outcome: result.outcome,
    target: result.connection === null ? null : targetPart(result.connection, cwd),
    kvManager: kvManagerPart(result),
    deployed: era === null ? null : { from: era.from, before: era.before },
    migrations: result.migrations.map(({ id, name, status, missing }) => ({
      id,
      name,
      status,
      missing,
    })),
    statements: result.statements.map((s) => s.sql),
    applied: result.applied,
    checks: result.checks.map(({ migration, object, expected, actual, ok }) => ({
      ...{ migration, object, expected, actual, ok },
    })),
    restorePoint: result.restorePoint,
    // Only where there is something to note about the database that is meant.
    ...(result.otherName === null ? {} : { notes: [result.otherName.note] }),
    error:
      problem === null
        ? null
        : {
            code: problem.code,
            message: problem.message,
            advice: problem.advice,
          },
  };
}

/** For which KV Manager a run plans. What the wizard was answered counts as a flag, which a script would give. */
export function kvManagerPart({ kvManager: { version, from } }: Facts) {
  return { version, from: from === "answer" ? "flag" : from };
}
