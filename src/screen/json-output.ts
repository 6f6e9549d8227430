import { targetPart } from "../project/target-names.js";
import { endOf } from "../run/entry.js";
import type { Facts, Result } from "../run/result.js";

/** The name and version of this program. */
export interface ToolInfo {
  name: string;
  version: string;
}

/**
 * Returns the JSON output for one database, as documented.
 * @param result a finished run
 * @param cwd paths below it are given relative to it
 */
export function jsonDocument(result: Result, tool: ToolInfo, cwd: string): Record<string, unknown> {
  return { schemaVersion: 1, tool, ...resultPart(result, cwd) };
}

/** Builds the JSON document for several databases, whose outcome is the most serious one. */
export function jsonDocumentOfAll(results: Result[], tool: ToolInfo, cwd: string): Record<string, unknown> {
  const { outcome } = endOf(results);
  return { schemaVersion: 1, tool, outcome, databases: results.map((result) => ofSeveral(result, cwd)) };
}

/** What is known of one database among several: a saved schema must say which database it is from. */
function ofSeveral(result: Result, cwd: string): Record<string, unknown> {
  const part = resultPart(result, cwd);
  return result.savedFrom === null ? part : { ...part, target: result.savedFrom };
}

/** What is known of one database. */
export function resultPart(result: Result, cwd: string): Record<string, unknown> {
  const { problem, era } = result;
  return {
    outcome: result.outcome,
    target: result.connection === null ? null : targetPart(result.connection, cwd),
    kvManager: kvManagerPart(result),
    deployed: era === null ? null : { from: era.from, before: era.before },
    migrations: result.migrations.map(({ id, name, status, missing }) => ({ id, name, status, missing })),
    statements: result.statements.map((s) => s.sql),
    applied: result.applied,
    checks: result.checks.map(({ migration, object, expected, actual, ok }) => ({
      ...{ migration, object, expected, actual, ok },
    })),
    restorePoint: result.restorePoint,
    // Only if the config's database name and id disagree.
    ...(result.otherName === null ? {} : { notes: [result.otherName.note] }),
    error: problem === null ? null : { code: problem.code, message: problem.message, advice: problem.advice },
  };
}

/** Which KV Manager a run plans for. An answer in the wizard counts as a flag, since a script would pass one. */
export function kvManagerPart({ kvManager: { version, from } }: Facts) {
  return { version, from: from === "answer" ? "flag" : from };
}
