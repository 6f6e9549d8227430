import { Problem } from "../lib/problem.js";

/** The batch was sent, and afterwards the database could not be read. */
export function unknownOutcome(failure: Problem, unread: Problem): Problem {
  return new Problem(
    "UNKNOWN_OUTCOME",
    `The upgrade was sent, and then the database could not be read: it is either as it was or complete. ${failure.message} Then: ${unread.message}`,
    "Look at it as soon as it answers again. Running the upgrade again is safe: it adds only what is missing.",
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
    `The database took the statements, but it still lacks ${objects.join(", ")}.`,
    'Run this again; if it stays so, open an issue with what "kv-manager-upgrade report" shows.',
  );
}

/**
 * The database refuses what it says is there already, and shows nothing of it when it is read.
 * @param failure what it refused with
 */
export function readingsDisagree({ message, brief }: Problem): Problem {
  return new Problem(
    "SQL_FAILED",
    `The database and its readings disagree: it refuses what is to be added as being there already, and no reading shows it.${message.slice(brief.length)}`,
    "This was seen after a Time Travel restore, and it passes. Wait a few minutes, then run this again; add nothing by hand. If it is the same after an hour, report it to Cloudflare with the bookmark that is in the restore command.",
  );
}

/** Why there is a wait after a batch whose answer was lost. */
export function maybeOnTheirWay(failure: Problem): string {
  return `${failure.brief} Making sure that the statements are not still on their way.`;
}
