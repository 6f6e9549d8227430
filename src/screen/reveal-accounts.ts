import { DatabaseFailure } from "../database/failures.js";
import type { Result } from "../run/result.js";
import type { Output } from "./output.js";

/** Where the user has to name one of several accounts, their ids are shown in full. */
export function revealAccounts(results: Result[], output: Output): void {
  for (const { problem } of results)
    if (problem instanceof DatabaseFailure) output.reveal(problem.accounts.map(({ id }) => id));
}
