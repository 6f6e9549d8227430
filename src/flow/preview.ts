import type { Database } from "../database/database.js";
import type { Snapshot } from "../database/snapshot.js";
import { conflictsFound, emptyDatabase, notKvManager } from "../messages/refusals.js";
import { type Plan, planSetup, planUpgrade } from "../plan/plan.js";
import { readCatalog } from "../plan/read-catalog.js";
import type { Connection } from "../project/connection.js";
import type { Request } from "../run/request.js";
import { factsOfPlan } from "../run/result.js";
import { commandFor } from "../screen/rerun-command.js";
import type { Run } from "./context.js";
import { chooseKvManager } from "./kv-manager.js";

/**
 * Shows what is there and what is missing.
 * @returns whether there is something to apply, and the command may apply it
 * @throws {Problem} for a database that must not be touched: EMPTY_DATABASE, NOT_KV_MANAGER, CONFLICT
 */
export function preview({ request, ui, facts }: Run, database: Database, plan: Plan): boolean {
  const setsUp = plan.database === "empty" && plan.statements.length > 0;
  facts.add({ setsUp, ...factsOfPlan(plan) });
  // The user was asked and does not want to set it up.
  if (plan.database === "empty" && !setsUp && ui.asks) return false;
  // Show a conflict in the context of the whole preview.
  if (plan.conflicts.length > 0) ui.preview(facts.now);
  refuse(plan, database, request);
  ui.preview(facts.now);
  return plan.statements.length > 0 && !onlyShows(request, setsUp);
}

/** Ends the run for a database that must not be changed. */
function refuse(plan: Plan, database: Database, request: Request): void {
  const { connection } = database;
  const { target, location } = connection;
  const name = target.database ?? target.binding;
  if (plan.database === "empty" && plan.statements.length === 0)
    throw emptyDatabase(location, name, database.exists(), commandFor("setup", connection, request, false));
  if (plan.database === "foreign") throw notKvManager(location, name);
  if (plan.conflicts.length > 0) throw conflictsFound(plan.conflicts);
}

/** Whether nothing may be applied. `setup` does not upgrade an existing database; it only shows what that needs. */
function onlyShows(request: Request, setsUp: boolean): boolean {
  return request.command === "status" || request.dryRun || (request.command === "setup" && !setsUp);
}

/**
 * Shows what a setup that was not confirmed would do, or what an existing database found instead needs.
 * @param projected the schema that the database has, or would start with
 */
export function previewSetup({ request, ui, facts }: Run, { target }: Connection, projected: Snapshot): void {
  const { chosen, needed } = chooseKvManager(
    request,
    { configPath: target.configPath, found: projected },
    readCatalog(),
  );
  const plan = planSetup(projected, needed);
  const setsUp = plan.database === "empty";
  facts.add({ ...chosen, setsUp, ...factsOfPlan(setsUp ? plan : planUpgrade(projected, needed)) });
  if (!ui.asks) ui.preview(facts.now);
}
