import { commandFor } from "../command-line/again.js";
import type { Connection } from "../database/arguments.js";
import type { Plan } from "../plan/plan.js";
import { Problem } from "../problem.js";

/**
 * Ends a run before anything is planned for a database that must not be touched.
 * @param cwd the folder that the run works in
 * @throws {Problem} EMPTY_DATABASE, NOT_KV_MANAGER, CONFLICT
 */
export function refuse(plan: Plan, connection: Connection, cwd: string): void {
  const { target, location } = connection;
  const name = target.database ?? target.binding;
  if (plan.database === "empty" && plan.statements.length === 0)
    throw new Problem(
      "EMPTY_DATABASE",
      `The ${location} database ${name} is empty, so there is nothing to upgrade.`,
      `For a first set-up run:\n  ${commandFor("setup", connection, cwd, false)}`,
    );
  if (plan.database === "foreign")
    throw new Problem(
      "NOT_KV_MANAGER",
      `The ${location} database ${name} is not KV Manager's: it has other tables, but not namespaces, key_metadata and bulk_jobs.`,
      "Choose KV Manager's database with --binding; this one was not touched.",
    );
  if (plan.conflicts.length > 0)
    throw new Problem(
      "CONFLICT",
      `The database has something in the way: ${plan.conflicts.join(" ")}`,
      "Rename or remove it yourself (nothing is ever replaced by force), then run this again.",
    );
}
