import { DatabaseFailure } from "../../database/failures.js";
import type { Entry } from "../../run/entry.js";
import type { Output } from "../../screen/output.js";

/** Where the user has to name one of several accounts, their ids are shown in full. */
export function revealAccounts(entries: Entry[], output: Output): void {
  for (const { result } of entries)
    if (result.problem instanceof DatabaseFailure) output.reveal(result.problem.accounts.map(({ id }) => id));
}
