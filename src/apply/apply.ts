import { DatabaseFailure } from "../database/failures.js";
import type { Waiting } from "../database/retry.js";
import type { Snapshot } from "../database/snapshot.js";
import { Cancelled, Problem } from "../lib/problem.js";
import { maybeInFlight, readingsDisagree, stillLacks, unknownOutcome } from "../messages/apply.js";
import type { Plan } from "../plan/plan.js";

/** The part of a database that applying needs; tests pass their own. */
export interface Writable {
  /** @param tries 1 if the caller retries on its own */
  inspect(tries?: 1): Promise<Snapshot>;
  write(statements: string[]): Promise<Snapshot>;
  /** How long a batch whose response was lost may still be carried out. */
  readonly lostWriteSeconds: number;
}

/** What `apply` needs besides the database and the plan. */
export interface ApplyOptions extends Waiting {
  /** Plans for a schema as just read. */
  replan(found: Snapshot): Plan;
  /** Whether the user wants to quit; nothing more is sent then. */
  readonly interrupted: boolean;
}

/** Who added what was missing. `unknown`: this run or another, since the response to its batch was lost. */
export type WhoAdded = "this-run" | "another-run" | "unknown";

/** A completed upgrade: the database has everything now. */
export interface Applied {
  /** The plan for the schema as it is now, with nothing pending. */
  verified: Plan;
  addedBy: WhoAdded;
  /** The plan of this run's last batch: what it added, or may have added. Null if another run added everything. */
  ownPlan: Plan | null;
}

/** How often a changed schema is planned again, or a refused batch resent, before giving up. */
const replans = 2;
/** Seconds between a refused batch and the next attempt; multiplied by the number of attempts so far. */
const pause = 2;
/** Seconds to keep retrying a database that cannot be read, on top of the time that a lost batch may take. */
const readRetrySeconds = 14;

/**
 * Applies a plan as one atomic batch and verifies the result by reading the database, never by an exit code. After
 * any failure the schema is reread. If everything is there, that is success, no matter who added it; if the schema
 * has changed, it is planned again; if it has not, nothing was applied.
 * @param database where to apply it
 * @param plan what to send first
 * @param options how to plan again, to wait, and to find out whether the user wants to quit
 * @throws {Problem} the failure, with the database as it was; UNKNOWN_OUTCOME when it could not be read
 * @throws {Cancelled} when the user wants to quit and nothing was changed
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
    // An accepted batch is a write, whatever came of it, so this is not a cancelled run.
    if (options.interrupted) throw failure === null ? incomplete(rest, unchanged) : new Cancelled();
    current = rest;
  }
}

/** Sends a batch once, and finds out what the database still lacks afterwards. */
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
 * Reads the schema after a failed write. If the batch may still be in flight, a read that shows the old schema proves
 * nothing, so it is repeated until the batch can no longer be carried out. A read that fails before then is no reason
 * to give up; only the last one counts.
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

/** Whether a failure itself shows that its batch is over: the database responded, or nothing was sent. */
function isOver(failure: Problem): boolean {
  const open: Problem["code"][] = ["NETWORK", "TIMEOUT", "UNEXPECTED_OUTPUT", "OVERLOADED"];
  if (!(failure instanceof DatabaseFailure)) return !open.includes(failure.code);
  return failure.refused || failure.unsent || !(failure.transient || open.includes(failure.code));
}

/** Whether a batch was refused because an object already exists. */
function saysItIsThere(failure: Problem): boolean {
  return (
    failure instanceof DatabaseFailure &&
    /duplicate column name|already exists|there is already/i.test(failure.said)
  );
}

/** A failed batch that is over was rolled back as a whole, so whatever is there now came from another run. */
function whoAdded(failure: Problem | null): WhoAdded {
  if (failure === null) return "this-run";
  return isOver(failure) ? "another-run" : "unknown";
}

function isComplete(plan: Plan): boolean {
  return plan.statements.length === 0 && plan.conflicts.length === 0 && plan.checks.every((c) => c.ok);
}

/** The batch was accepted, but the database still lacks something. */
function incomplete(rest: Plan, unchanged: boolean): Problem {
  const lacks = rest.checks.filter((c) => !c.ok).map((c) => c.object);
  return stillLacks(lacks, unchanged);
}

function sameStatements(a: Plan, b: Plan): boolean {
  return a.statements.map((s) => s.sql).join("\n") === b.statements.map((s) => s.sql).join("\n");
}
