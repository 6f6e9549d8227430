import type { Database } from "../database/database.js";
import { conflictsFound, emptyDatabase, notKvManager } from "../messages/refusals.js";
import type { Plan } from "../plan/plan.js";
import type { Request } from "../run/request.js";
import { commandFor } from "../screen/rerun-command.js";

/**
 * Ends the run for a database that must not be changed.
 * @param request needed to suggest the right command
 * @throws {Problem} EMPTY_DATABASE, NOT_KV_MANAGER, CONFLICT
 */
export function refuse(plan: Plan, database: Database, request: Request): void {
  const { connection } = database;
  const { target, location } = connection;
  const name = target.database ?? target.binding;
  if (plan.database === "empty" && plan.statements.length === 0)
    throw emptyDatabase(location, name, database.exists(), commandFor("setup", connection, request, false));
  if (plan.database === "foreign") throw notKvManager(location, name);
  if (plan.conflicts.length > 0) throw conflictsFound(plan.conflicts);
}
