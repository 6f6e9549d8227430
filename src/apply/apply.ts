import { DatabaseFailure } from "../database/failures.js";
import type { Waiting } from "../database/retry.js";
import type { Snapshot } from "../database/snapshot.js";
import { Cancelled, Problem } from "../lib/problem.js";
import { maybeInFlight, readingsDisagree, stillLacks, unknownOutcome } from "../messages/apply.js";
import type { Plan } from "../plan/plan.js";

/** The part of a database that applying needs; a test may hand in another. */
export interface Writable {
  /** @param tries 1 where the caller tries again by itself */
  inspect(tries?: 1): Promise<Snapshot>;
  write(statements: string[]): Promise<Snapshot>;
  /** For how long a batch whose answer was lost may still be carried out. */
  readonly lostWriteSeconds: number;
}

/** How applying finds its way. */
export interface ApplyOptions extends Waiting {
  /** Makes the plan of a schema. */
  replan(found: Snapshot): Plan;
  /** Whether the user wants to leave: then nothing more is sent. */
  readonly interrupted: boolean;
}

/** Who added what was missing. `unknown`: this run or another one, since the answer to its batch was lost. */
export type WhoAdded = "this-run" | "another-run" | "unknown";

/** An upgrade that has come about: the database has everything now. */
export interface Applied {
  /** The plan of the schema as it is now, with nothing pending. */
  verified: Plan;
  addedBy: WhoAdded;
  /** What this run has added, or may have: the plan of its last batch. Null when another run added it all. */
  ownPlan: Plan | null;
}

/** How often a changed state is planned anew, or a refused batch is sent again, before giving up. */
const replans = 2;
/** Seconds between a refused batch and the next try. */
const pause = 2;
/** For how many seconds a database that cannot be read is asked again, beyond the time of a lost batch. */
const readRetrySeconds = 14;

/**
 * Applies a plan as one atomic batch and makes sure of the result by reading the database, never by an exit
 * code. After any failure the schema is read again: everything there is success, whoever did it; a changed state
 * is planned anew; an unchanged one means that nothing was changed.
 * @param database where to
 * @param plan what to send first
 * @param options how to plan anew, to wait, and to know that the user wants to leave
 * @throws {Problem} the failure, with the database as it was; UNKNOWN_OUTCOME when it could not be read
 * @throws {Cancelled} when the user wants to leave and nothing was changed
 */
export async function apply(database: Writable, plan: Plan, options: ApplyOptions): Promise<Applied> {
  let current = plan;
  for (let round = 0; ; round++) {
    const { rest, failure } = await send(database, current, options);
    if (isComplete(rest)) {
      const by = whoAdded(failure);
      return { verified: rest, addedBy: by, ownPlan: by === "another-run" ? null : current };
    }
    const unchanged = sameStatements(current, rest);
    const refused = failure instanceof DatabaseFailure && failure.refused;
    if (unchanged && failure !== null && saysItIsThere(failure)) throw readingsDisagree(failure);
    if (rest.statements.length === 0 || round === replans || (unchanged && !refused))
      throw failure ?? incomplete(rest, unchanged);
    if (unchanged && failure !== null && !options.interrupted)
      await options.wait(pause * (round + 1), failure.brief);
    // An accepted batch is a write, whatever became of it.
    if (options.interrupted) throw failure === null ? incomplete(rest, unchanged) : new Cancelled();
    current = rest;
  }
}

/** Sends a batch once, and finds out what the database has then. */
async function send(
  database: Writable,
  plan: Plan,
  options: ApplyOptions,
): Promise<{ rest: Plan; failure: Problem | null }> {
  try {
    const found = await database.write(plan.statements.map((s) => s.sql));
    return { rest: options.replan(found), failure: null };
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    return { rest: await readAfter(failure, database, plan, options), failure };
  }
}

/**
 * Reads the schema after a failed write. Where the batch may still be on its way, one reading that shows the
 * state before proves nothing: it is read again until the time has passed in which it could be carried out. A
 * reading that fails meanwhile is no reason to give up; only the last one counts.
 */
async function readAfter(
  failure: Problem,
  database: Writable,
  plan: Plan,
  options: ApplyOptions,
): Promise<Plan> {
  let left = isOver(failure) ? 0 : database.lostWriteSeconds;
  let more = readRetrySeconds;
  for (let wait = 2; ; wait *= 2) {
    const rest = await readOrProblem(database, options);
    const unread = rest instanceof Problem;
    if (!unread && (left <= 0 || !sameStatements(plan, rest))) return rest;
    if (unread && left <= 0 && more <= 0) throw unknownOutcome(failure, rest);
    const seconds = Math.min(wait, left > 0 ? left : more);
    if (left > 0) left -= seconds;
    else more -= seconds;
    await options.wait(seconds, unread ? rest.brief : maybeInFlight(failure));
  }
}

async function readOrProblem(database: Writable, options: ApplyOptions): Promise<Plan | Problem> {
  try {
    return options.replan(await database.inspect(1));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Whether a failure itself says that its batch is over: answered by the database, or never begun. */
function isOver(failure: Problem): boolean {
  const open: Problem["code"][] = ["NETWORK", "TIMEOUT", "UNEXPECTED_OUTPUT", "OVERLOADED"];
  if (!(failure instanceof DatabaseFailure)) return !open.includes(failure.code);
  return failure.refused || failure.unsent || !(failure.transient || open.includes(failure.code));
}

/** Whether a batch was refused for something that no reading shows. */
function saysItIsThere(failure: Problem): boolean {
  return (
    failure instanceof DatabaseFailure &&
    /duplicate column name|already exists|there is already/i.test(failure.said)
  );
}

/** A batch that is over and failed was undone as a whole: then everything that is there is another run's. */
function whoAdded(failure: Problem | null): WhoAdded {
  if (failure === null) return "this-run";
  return isOver(failure) ? "another-run" : "unknown";
}

function isComplete(plan: Plan): boolean {
  return plan.statements.length === 0 && plan.conflicts.length === 0 && plan.checks.every((c) => c.ok);
}

/** The batch was accepted, and yet the database does not have what it should. */
function incomplete(rest: Plan, unchanged: boolean): Problem {
  const lacks = rest.checks.filter((c) => !c.ok).map((c) => c.object);
  return stillLacks(lacks, unchanged);
}

function sameStatements(a: Plan, b: Plan): boolean {
  return a.statements.map((s) => s.sql).join("\n") === b.statements.map((s) => s.sql).join("\n");
}
