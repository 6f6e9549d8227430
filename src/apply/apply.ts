import { WranglerFailure } from "../database/failures.js";
import type { Waiting } from "../database/retry.js";
import type { Snapshot } from "../database/snapshot.js";
import type { Plan } from "../plan/plan.js";
import { Cancelled, Problem } from "../problem.js";

/** The part of a database that applying needs; a test may hand in another. */
export interface Writable {
  inspect(): Promise<Snapshot>;
  write(statements: string[]): Promise<Snapshot>;
}

/** How often a changed state is planned anew, or a refused batch is sent again, before giving up. */
const replans = 2;
/** Seconds between a refused batch and the next try. */
const pause = 2;

/**
 * Applies a plan as one atomic batch and makes sure of the result by reading the database, never by an exit
 * code. After any failure the schema is read again: everything there is success, whoever did it; a changed state
 * is planned anew; an unchanged one means that nothing was changed.
 * @param database where to
 * @param plan what to send first
 * @param replan makes the plan of a schema
 * @param waiting how to wait before a batch that was certainly refused is sent again
 * @returns the plan of the schema as it is now, with nothing pending
 * @throws {Problem} the failure, with the database as it was; UNKNOWN_OUTCOME when it could not be read
 */
export async function apply(
  database: Writable,
  plan: Plan,
  replan: (found: Snapshot) => Plan,
  waiting: Waiting,
): Promise<Plan> {
  let current = plan;
  for (let round = 0; ; round++) {
    const { found, failure } = await send(database, current);
    const rest = replan(found);
    if (rest.statements.length === 0 && rest.conflicts.length === 0 && rest.checks.every((c) => c.ok))
      return rest;
    const unchanged = sameStatements(current, rest);
    const refused = failure instanceof WranglerFailure && failure.refused;
    if (rest.statements.length === 0 || round === replans || (unchanged && !refused))
      throw failure ?? incomplete(rest);
    if (unchanged && refused) await waiting.wait(pause * (round + 1), failure);
    current = rest;
  }
}

async function send(database: Writable, plan: Plan): Promise<{ found: Snapshot; failure: Problem | null }> {
  try {
    return {
      found: await database.write(plan.statements.map((s) => s.sql)),
      failure: null,
    };
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    return { found: await readAfter(failure, database), failure };
  }
}

async function readAfter(failure: Problem, database: Writable): Promise<Snapshot> {
  try {
    return await database.inspect();
  } catch (error) {
    if (!(error instanceof Problem || error instanceof Cancelled)) throw error;
    throw new Problem(
      "UNKNOWN_OUTCOME",
      `The upgrade was sent, and then the database could not be read: it is either as it was or complete. ${failure.message}`,
      'Run "kv-manager-upgrade status" as soon as the database answers again. Running the upgrade again is safe: it adds only what is missing.',
    );
  }
}

/** The batch was accepted, and yet the database does not have what it should. */
function incomplete(rest: Plan): Problem {
  const lacks = rest.checks.filter((c) => !c.ok).map((c) => c.object);
  return new Problem(
    rest.conflicts.length > 0 ? "CONFLICT" : "SQL_FAILED",
    `The database took the statements, but it still lacks ${lacks.join(", ")}.`,
    'Run this again; if it stays so, run "kv-manager-upgrade report" and open an issue with what it prints.',
  );
}

function sameStatements(a: Plan, b: Plan): boolean {
  return a.statements.map((s) => s.sql).join("\n") === b.statements.map((s) => s.sql).join("\n");
}
