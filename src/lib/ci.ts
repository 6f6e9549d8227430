/**
 * Whether this runs in CI, where nobody answers: `CI` is set, and to something other than a no.
 * Source: what `is-ci` and `std-env` take for it
 */
export function runsInCi({ CI }: NodeJS.ProcessEnv): boolean {
  return !["", "false", "0"].includes((CI ?? "").trim().toLowerCase());
}
