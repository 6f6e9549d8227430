import { Problem, ProgramFault } from "../lib/problem.js";

/**
 * An upgrade of a database that is still empty.
 * @param location which copy
 * @param name its name
 * @param exists false for a local copy that was never created
 * @param setup the command that sets it up
 */
export function emptyDatabase(location: string, name: string, exists: boolean, setup: string): Problem {
  const is = exists ? "is empty" : "does not exist yet";
  const deployed = location === "remote" ? "" : ", or the deployed one with --remote";
  const expected = `If you expected data, choose another database with --binding${deployed}.`;
  return new Problem(
    "EMPTY_DATABASE",
    `The ${location} database ${name} ${is}, so there is nothing to upgrade.`,
    `${expected} For a first installation, run:\n  ${setup}`,
  );
}

/** A database of another application. */
export function notKvManager(location: string, name: string): Problem {
  return new Problem(
    "NOT_KV_MANAGER",
    `The ${location} database ${name} is not KV Manager's: it lacks the table "namespaces" or "key_metadata".`,
    "Choose KV Manager's database with --binding; this one was not touched.",
  );
}

/** @param sentences the conflicts */
export function conflictsFound(sentences: string[]): Problem {
  return new Problem(
    "CONFLICT",
    `The database has a conflict: ${sentences.join(" ")}`,
    "If another object has taken the name, rename or drop it yourself; otherwise correct what is named above. Nothing is ever overwritten. Then run this again.",
  );
}

/** @param why file, line and what is wrong there, without a period */
export function unusableMigration(why: string): Problem {
  return new Problem("SQL_FAILED", `A migration cannot be used. ${why}.`, "Fix that file.");
}

/** The current folder was deleted, or recreated under the same name. */
export function fromDeletedFolder(): Problem {
  return new Problem(
    "USAGE",
    "The current folder no longer exists.",
    "Change to your KV Manager checkout with cd (also if the folder was recreated under the same name), or pass its absolute path with --cwd, then run this again.",
  );
}

/**
 * A bug in this program.
 * @param error what was thrown
 * @param written whether a write was started, so that the state of the database is unknown
 * @param debug whether to show the stack trace too
 */
export function programFault(error: unknown, written: boolean, debug: boolean): ProgramFault {
  // Like the first line of the stack; the error's name is dropped if it is only "Error".
  const said = error instanceof Error ? String(error).replace(/^Error: /, "") : String(error);
  const where = (error instanceof Error ? error.stack : undefined) ?? said;
  const [first = ""] = said.trim().split("\n");
  const look = written ? "Check the database, then open" : "Open";
  return new ProgramFault(
    written ? "UNKNOWN_OUTCOME" : "UNEXPECTED_OUTPUT",
    `This is a bug in kv-manager-upgrade: ${debug ? where : first.replace(/(?<![.…])$/, ".")}`,
    `${look} an issue with this text and the output of "kv-manager-upgrade report", which says where it happened.`,
    where,
  );
}

/** Shown if something failed after a run had ended. */
export const resultStillValid = "The result above is still valid.";
