import { commandFor } from "../command-line/again.js";
import type { Connection } from "../database/arguments.js";
import type { Plan } from "../plan/plan.js";
import { emptyDatabase, inTheWay, notKvManager } from "../words/refusals.js";

/**
 * Ends a run before anything is planned for a database that must not be touched.
 * @param cwd the folder that the run works in
 * @throws {Problem} EMPTY_DATABASE, NOT_KV_MANAGER, CONFLICT
 */
export function refuse(plan: Plan, connection: Connection, cwd: string): void {
  const { target, location } = connection;
  const name = target.database ?? target.binding;
  if (plan.database === "empty" && plan.statements.length === 0)
    throw emptyDatabase(location, name, commandFor("setup", connection, cwd, false));
  if (plan.database === "foreign") throw notKvManager(location, name);
  if (plan.conflicts.length > 0) throw inTheWay(plan.conflicts);
}
