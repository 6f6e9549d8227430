import { noFacts, type Result } from "../../src/run/result.js";

/** A run that failed before anything was known, with the test's overrides. */
export function resultWith(more: Partial<Result> = {}): Result {
  return { ...noFacts, outcome: "failed", problem: null, ...more };
}
