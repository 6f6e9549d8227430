import { inspectionQuery } from "../database/inspection-query.js";
import { Problem } from "../lib/problem.js";
import { compareVersions, majorOf, parseVersion } from "../lib/version.js";
import * as versions from "../messages/kv-manager.js";
import * as messages from "../messages/page.js";
import * as run from "../messages/run.js";
import { adviceOnLength, tooLong } from "../messages/snapshot-file.js";
import type { Catalog } from "../plan/catalog.js";
import { allMigrations } from "../plan/catalog.js";
import { deployDateProblem } from "../plan/eras.js";
import { chooseVersion, type KvManager, neededBy } from "../plan/kv-manager.js";
import { noFacts, predictedFacts, type Result, resultOf } from "../run/result.js";
import { longestSchema, snapshotIn } from "../saved-schema/snapshot-in-text.js";
import { snapshotEnd, snapshotLines } from "../saved-schema/snapshot-lines.js";
import { planSnapshot } from "../saved-schema/snapshot-plan.js";
import { closingSentence, plannedFor } from "../screen/contents.js";

/** The answers of the first step; null if left open. */
export interface Asked {
  /** `1` or `2.1`, as `--for` takes it. */
  version: string | null;
  /** `YYYY-MM-DD`. */
  deployed: string | null;
  /** `YYYY-MM-DD`: later dates are refused. */
  today: string;
}

/**
 * Returns what is missing, based on the database's answer, or else on the deploy date alone.
 * @param pasted a schema in any form that `snapshotIn` reads
 * @returns null if neither is given; a problem is part of the result, never thrown
 */
export function answerTo(
  pasted: string,
  { version, deployed, today }: Asked,
  catalog: Catalog,
): Result | null {
  const named: KvManager | null = version === null ? null : { version, from: "answer" };
  try {
    const wrong = deployed === null ? null : deployDateProblem(deployed, today);
    // The message says how to write a date.
    if (wrong !== null) throw new Problem("USAGE", wrong, "");
    if (pasted.trim() !== "") {
      if (pasted.length > longestSchema.bytes) throw tooLongText(longestSchema.text);
      const { facts, problem } = planSnapshot(snapshotIn(pasted, messages.pasted), named, catalog);
      return resultOf(facts, problem);
    }
    if (deployed === null) return null;
    const chosen = chooseVersion({ named, checkout: null, found: null }, catalog);
    const predicted = predictedFacts(deployed, neededBy(chosen.kvManager.version, catalog));
    return resultOf({ ...noFacts, ...predicted, ...chosen });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const isQuery = error.code === "USAGE" && pasted.includes(inspectionQuery.slice(0, 60));
    return resultOf(noFacts, isQuery ? new Problem("USAGE", messages.queryItself, "") : error);
  }
}

/** The pasted text is too long. @param limit such as `2 MB` */
export function tooLongText(limit: string): Problem {
  return new Problem("USAGE", tooLong(messages.pasted, limit), adviceOnLength);
}

/** The result in one sentence. */
export function endOf(result: Result): string {
  if (result.problem !== null) return result.problem.message;
  return result.snapshot === null ? closingSentence(result) : snapshotEnd(result);
}

/** What to do about a problem. The program's own advice on a text is about files and flags. */
export function adviceOf({ problem }: Result): string | null {
  if (problem === null || problem.advice === "") return null;
  return problem.code === "USAGE" && problem.advice !== adviceOnLength
    ? messages.adviceOnPaste
    : problem.advice;
}

/** What is known about the schema, and the version planned for. */
export function linesOf(result: Result, deployed: string | null): string[] {
  const planned = plannedFor(result, { ...versions.plannedFor, ...messages.plannedFor });
  if (result.snapshot !== null) return [...snapshotLines(result, deployed), planned];
  if (result.problem !== null || deployed === null) return [];
  return [run.deployed.predicted(deployed), messages.prediction, planned];
}

/** The choices of the first step, as values for `--for`, oldest first. */
export function versionChoices(catalog: Catalog): { value: string; label: string }[] {
  const known = [...allMigrations(catalog).map((m) => m.version), catalog.newest].sort(compareVersions);
  const [oldest = 1] = known.map(majorOf);
  const minors = [...new Set(known.filter((v) => majorOf(v) > oldest).map(minorOf))];
  const newest = minorOf(catalog.newest);
  return [
    { value: String(oldest), label: messages.version.major(String(oldest)) },
    ...minors.map((minor) => ({
      value: minor,
      label:
        minor === newest ? messages.version.newest(minor, catalog.newest) : messages.version.minor(minor),
    })),
  ];
}

/** `2.1` of `2.1.0`. */
function minorOf(version: string): string {
  return (parseVersion(version) ?? []).slice(0, 2).join(".");
}
