import { Problem } from "../lib/problem.js";

/** The batch was sent, and afterwards the database could not be read. */
export function unknownOutcome(failure: Problem, unread: Problem): Problem {
  return new Problem(
    "UNKNOWN_OUTCOME",
    `The upgrade was sent, and then the database could not be read. It is either unchanged or fully upgraded. ${failure.message} Then: ${unread.message}`,
    "Check it once it responds. Running the upgrade again is safe: it adds only what is missing.",
  );
}

/**
 * The batch was accepted, and yet the database does not have what it should.
 * @param objects what it lacks
 * @param unchanged whether it is just as before; otherwise nobody knows what happened to it meanwhile
 */
export function stillLacks(objects: string[], unchanged: boolean): Problem {
  return new Problem(
    unchanged ? "SQL_FAILED" : "UNKNOWN_OUTCOME",
    `The database accepted the statements but still lacks ${objects.join(", ")}.`,
    'Run this again; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".',
  );
}

/**
 * The database refuses what it says is there already, and shows nothing of it when it is read.
 * @param failure what it refused with
 */
export function readingsDisagree({ message, brief }: Problem): Problem {
  return new Problem(
    "SQL_FAILED",
    `The database contradicts itself: it refuses to add what it says already exists, but no read shows it.${message.slice(brief.length)}`,
    "This can happen after a Time Travel restore and resolves on its own. Wait a few minutes, then run this again; add nothing by hand. If it lasts longer than an hour, report it to Cloudflare with the bookmark from the restore command.",
  );
}

/** Why there is a wait after a batch whose answer was lost. */
export function maybeOnTheirWay(failure: Problem): string {
  return `${failure.brief} Checking that the statements are not still in flight.`;
}
