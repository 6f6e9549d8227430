import { Problem } from "../lib/problem.js";
import { runAgainOrReport } from "./shared.js";

/** The batch was sent, but then the database could not be read. */
export function unknownOutcome(failure: Problem, unread: Problem): Problem {
  return new Problem(
    "UNKNOWN_OUTCOME",
    `The upgrade was sent, and then the database could not be read. It is either unchanged or fully upgraded. ${failure.message} Reading it afterwards failed: ${unread.message}`,
    "Check it once it responds. Running the upgrade again is safe: it adds only what is missing.",
  );
}

/**
 * The batch was accepted, but the database still lacks something.
 * @param objects what it lacks
 * @param unchanged whether it is exactly as before; if not, what happened to it is unknown
 */
export function stillLacks(objects: string[], unchanged: boolean): Problem {
  return new Problem(
    unchanged ? "SQL_FAILED" : "UNKNOWN_OUTCOME",
    `The database accepted the statements but still lacks ${objects.join(", ")}.`,
    runAgainOrReport,
  );
}

/**
 * The database refuses to add objects that it says already exist, but no read shows them.
 * @param failure the error that it refused with
 */
export function readingsDisagree({ message, brief }: Problem): Problem {
  return new Problem(
    "SQL_FAILED",
    `The database is inconsistent: it says that an object already exists, but its schema does not show it.${message.slice(brief.length)}`,
    "This can happen after a Time Travel restore and resolves on its own. Wait a few minutes, then run this again; add nothing by hand. If it lasts longer than an hour, report it to Cloudflare with the bookmark from the restore command.",
  );
}

/** The reason for waiting after a batch whose response was lost. */
export function maybeInFlight(failure: Problem): string {
  return `${failure.brief} Checking whether the statements are still being carried out.`;
}
