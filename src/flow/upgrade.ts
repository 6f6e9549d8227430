import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../database/database.js";
import { diagnoseLocally } from "../database/diagnose.js";
import type { Snapshot } from "../database/snapshot.js";
import { Cancelled } from "../lib/problem.js";
import { ownersNotKept } from "../messages/container.js";
import type { Catalog } from "../plan/catalog.js";
import { erasOf } from "../plan/eras.js";
import type { Plan } from "../plan/plan.js";
import { readCatalog } from "../plan/read-catalog.js";
import type { Connection } from "../project/connection.js";
import { runSoFar } from "../run/record.js";
import type { Request } from "../run/request.js";
import { FactLog, factsOfPlan, type Result, resultOf } from "../run/result.js";
import { chooseDatabase, type Given, predicts } from "./choose-database.js";
import { tellBeforeWrite } from "./container.js";
import type { Context, Run } from "./context.js";
import { type Inspected, inspect } from "./inspecting.js";
import { planFor } from "./planning.js";
import { refuse } from "./refuse.js";
import { endedEarly } from "./run-end.js";
import type { Ui } from "./ui.js";
import { backUpFirst, write } from "./write.js";

/**
 * Runs everything from the parsed command line to the verified database, for either user interface.
 * @param given the database, if it need not be chosen
 * @returns what is known at the end; a failure is part of it, never thrown
 */
export async function upgrade(
  request: Request,
  ui: Ui,
  context: Context,
  given: Given | null = null,
): Promise<Result> {
  const facts = new FactLog({ prepared: [...runSoFar().changes] });
  const run: Run = { request, ui, context, facts, ahead: null, unrestored: new Map() };
  let result: Result;
  try {
    const end = await steps(run, given);
    // A write in progress is completed before the interruption takes effect.
    const left = facts.now.applied === true && context.interruption.requested;
    result = resultOf(facts.now, end === "left" || left ? "cancelled" : null);
  } catch (error) {
    if (error instanceof Cancelled) context.interruption.request();
    result = endedEarly(facts.now, diagnoseLocally(error, facts.now.connection), request);
  } finally {
    run.ahead?.abandon();
  }
  if (run.unrestored.size > 0) ui.notify(ownersNotKept([...run.unrestored.values()]));
  await context.remember?.(request, result);
  return result;
}

/**
 * Runs the steps, in order. Any can be the last: when nothing is left to do, or the user says no.
 * @returns "left" if the user wants a different database, or all of them
 */
async function steps(run: Run, given: Given | null): Promise<"done" | "left"> {
  if (predicts(run)) return "done";
  const chosen = await chooseDatabase(run, given);
  if (chosen === null) return run.facts.now.unprepared ? "done" : "left";
  const read = await introspect(run, chosen, given?.found ?? null);
  const planned = await planFor(run, read.database, read.found, read.catalog);
  if (planned === null) return "left";
  if (!preview(run, read.database, planned.plan)) return "done";
  if (!(await isWanted(run, read.database.connection))) return "done";
  await backUpFirst(run, read);
  await write(run, read.database, planned);
  return "done";
}

/** Reads the schema and, at the same time, what KV Manager needs. @param found the schema, if it was just read */
async function introspect(
  run: Run,
  chosen: Connection,
  found: Snapshot | null,
): Promise<Inspected & { catalog: Catalog }> {
  const ahead = run.ahead?.connection === chosen ? run.ahead.found : undefined;
  const [catalog, inspected] = await Promise.all([
    onceReadingStarted(readCatalog),
    inspect(chosen, run, found === null ? ahead : Promise.resolve(found)),
  ]);
  run.facts.add({ eras: erasOf(catalog) });
  return { ...inspected, catalog };
}

/**
 * Shows what is there and what is missing.
 * @returns whether there is something to apply, and the command may apply it
 * @throws {Problem} for a database that must not be touched, see `refuse`
 */
function preview({ request, ui, facts }: Run, database: Database, plan: Plan): boolean {
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

/** Whether this is the right database and the statements should be applied to it. */
async function isWanted({ ui, facts }: Run, connection: Connection): Promise<boolean> {
  const { setsUp, otherName } = facts.now;
  tellBeforeWrite(ui, connection, setsUp);
  if (otherName !== null && !(await ui.confirmName(otherName.name))) return false;
  return await ui.confirmApply(facts.now);
}

/** Does work right after the read has started, so that the read is not delayed. */
async function onceReadingStarted<T>(work: () => T): Promise<T> {
  await nextTurn();
  return work();
}

/** Whether nothing may be applied. `setup` does not upgrade an existing database; it only shows what that needs. */
function onlyShows(request: Request, setsUp: boolean): boolean {
  return request.command === "status" || request.dryRun || (request.command === "setup" && !setsUp);
}
