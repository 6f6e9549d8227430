import type { Connection } from "../project/connection.js";
import type { Target } from "../project/targets.js";
import { exitCodeOfResult, type Outcome, type Result } from "./result.js";

/** One of several databases with its current result, or a config that cannot be read. */
export interface Entry {
  /** Null for a config that cannot be read. */
  connection: Connection | null;
  /** Every binding that leads to it. */
  bound: Target[];
  /** The config's path as shown to people, if there is no binding to name it; null otherwise. */
  config: string | null;
  result: Result;
  /** False if the run ended before its turn. */
  tried: boolean;
}

/** Whether it has something pending, and its turn was not skipped. */
export function isPending({ result, tried }: Entry): boolean {
  return tried && result.problem === null && result.outcome === "pending";
}

/** Exit codes, most severe first. Source: the contract of `--all`. */
const gravity = [4, 1, 2, 130, 3, 0];
/** Outcomes with exit code 0, the most informative first. */
const telling: Outcome[] = ["upgraded", "set-up", "up-to-date", "not-kv-manager"];

/** Returns the outcome of several databases as one run: the most severe of them. */
export function endOf(results: Result[]): { outcome: Outcome; exitCode: number } {
  const ends = results.map((result) => ({ outcome: result.outcome, exitCode: exitCodeOf(result) }));
  const rank = ({ outcome, exitCode }: (typeof ends)[number]) =>
    gravity.indexOf(exitCode) * telling.length + Math.max(0, telling.indexOf(outcome));
  const [first] = ends.sort((a, b) => rank(a) - rank(b));
  return first ?? { outcome: "up-to-date", exitCode: 0 };
}

/** Among several databases, one that belongs to another application is no failure. */
function exitCodeOf(result: Result): number {
  return result.problem?.code === "NOT_KV_MANAGER" ? 0 : exitCodeOfResult(result);
}
