import { noFacts, type Result } from "../../src/run/result.js";

/** A run that failed before anything was known, but for what the test says. */
export function resultWith(more: Partial<Result> = {}): Result {
  return { ...noFacts, outcome: "failed", problem: null, ...more };
}
