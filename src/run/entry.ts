import type { Connection } from "../project/connection.js";
import type { Target } from "../project/targets.js";
import { exitCodeOfResult, type Outcome, type Result } from "./result.js";

/** One database of several, as it is known by now; or a config that cannot be read. */
export interface Entry {
  /** Null for a config that cannot be read. */
  connection: Connection | null;
  /** Every binding that leads to it. */
  bound: Target[];
  /** The config's path as shown to people, where there is no binding to name it. */
  config: string | null;
  result: Result;
  /** False where the run ended before its turn came. */
  tried: boolean;
}

/** Whether something is to be added to it. */
export function isPending({ result, tried }: Entry): boolean {
  return tried && result.problem === null && result.outcome === "pending";
}

/** The gravest first. Source: the contract of `--all`. */
const gravity = [4, 1, 2, 130, 3, 0];
/** Of those that end with 0, what says most of the run. */
const telling: Outcome[] = ["upgraded", "set-up", "up-to-date", "not-kv-manager"];

/** How several databases count as one run: as the gravest of them. */
export function endOf(results: Result[]): { outcome: Outcome; exitCode: number } {
  const ends = results.map((result) => ({ outcome: result.outcome, exitCode: exitCodeOf(result) }));
  const rank = ({ outcome, exitCode }: (typeof ends)[number]) =>
    gravity.indexOf(exitCode) * telling.length + Math.max(0, telling.indexOf(outcome));
  const [first] = ends.sort((a, b) => rank(a) - rank(b));
  return first ?? { outcome: "up-to-date", exitCode: 0 };
}

/** A database of something else is as it should be, beside others. */
function exitCodeOf(result: Result): number {
  return result.problem?.code === "NOT_KV_MANAGER" ? 0 : exitCodeOfResult(result);
}
