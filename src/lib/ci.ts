/**
 * Whether this runs in CI, where no one can answer: `CI` is set, and not to `false` or `0`.
 * Source: what `is-ci` and `std-env` treat as CI
 */
export function runsInCi({ CI }: NodeJS.ProcessEnv): boolean {
  return !["", "false", "0"].includes((CI ?? "").trim().toLowerCase());
}
