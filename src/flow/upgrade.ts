import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../database/database.js";
import { diagnoseLocally } from "../database/diagnose.js";
import type { Snapshot } from "../database/snapshot.js";
import { Cancelled } from "../lib/problem.js";
import type { Catalogue } from "../plan/catalogue.js";
import { erasOf } from "../plan/eras.js";
import type { Plan } from "../plan/plan.js";
import { readCatalogue } from "../plan/read-catalogue.js";
import type { Connection } from "../project/connection.js";
import { runSoFar } from "../run/record.js";
import type { Request } from "../run/request.js";
import { blankResult, fillFromPlan, type Result } from "../run/result.js";
import { ownersNotKept } from "../words/container.js";
import { chooseDatabase, type Given, predicts } from "./choose-database.js";
import { tellBeforeWrite } from "./container.js";
import type { Context, Run } from "./context.js";
import { type Inspected, inspect } from "./inspecting.js";
import { planFor } from "./planning.js";
import { ReadingsAhead } from "./readings-ahead.js";
import { refuse } from "./refuse.js";
import { settle } from "./settle.js";
import type { Ui } from "./ui.js";
import { backUpFirst, write } from "./write.js";

/**
 * The whole way from the command line to the verified database, for either user interface.
 * @param given the database, where it need not be chosen
 * @returns what is known at the end; a failure is part of it, never thrown
 */
export async function upgrade(
  request: Request,
  ui: Ui,
  context: Context,
  given: Given | null = null,
): Promise<Result> {
  const result = { ...blankResult(), prepared: [...runSoFar().changes] };
  const ahead = new ReadingsAhead();
  const kept: Run["kept"] = new Map();
  try {
    await steps({ request, ui, context, result, ahead, kept }, given);
  } catch (error) {
    if (error instanceof Cancelled) context.interruption.request();
    settle(result, diagnoseLocally(error, result.connection), request);
  } finally {
    ahead.abandonAllBut(null);
  }
  // What was done counts all the same.
  if (kept.size > 0) ui.notify(ownersNotKept([...kept.values()]));
  await context.remember?.(request, result);
  return result;
}

/** The steps of a run, in order. Each may be the last: when there is nothing left to do, or the user says no. */
async function steps(run: Run, given: Given | null): Promise<void> {
  if (predicts(run)) return;
  const chosen = await chooseDatabase(run, given);
  if (chosen === null) return;
  const read = await introspect(run, chosen, given?.found ?? null);
  const planned = await planFor(run, read.database, read.found, read.catalogue);
  // The user goes back to the previous question.
  if (planned === null) return;
  if (!preview(run, read.database, planned.plan)) return;
  if (!(await isWanted(run, read.database.connection))) return;
  await backUpFirst(run, read);
  await write(run, read.database, planned);
}

/** Reads the schema, and beside it what KV Manager needs. @param found the schema, where it was just read */
async function introspect(
  run: Run,
  chosen: Connection,
  found: Snapshot | null,
): Promise<Inspected & { catalogue: Catalogue }> {
  const ahead = found === null ? run.ahead.get(chosen) : Promise.resolve(found);
  const [catalogue, inspected] = await Promise.all([
    whileReading(readCatalogue),
    inspect(chosen, run, ahead),
  ]);
  run.result.eras = erasOf(catalogue);
  return { ...inspected, catalogue };
}

/**
 * Shows what is there and what is missing.
 * @returns whether there is something to apply, and it may be
 * @throws {Problem} for a database that must not be touched, see `refuse`
 */
function preview({ request, ui, result }: Run, database: Database, plan: Plan): boolean {
  result.setsUp = plan.database === "empty" && plan.statements.length > 0;
  fillFromPlan(result, plan);
  if (plan.database === "empty" && !result.setsUp && ui.asks) {
    // The user was asked, and does not want it set up.
    result.outcome = "empty";
    return false;
  }
  // What is in the way is best seen among all the rest.
  if (plan.conflicts.length > 0) ui.preview(result);
  refuse(plan, database, request);
  result.outcome = plan.statements.length === 0 ? "up-to-date" : "pending";
  ui.preview(result);
  return plan.statements.length > 0 && !onlyShows(request, result);
}

/** Whether the statements are to be applied to just this database. */
async function isWanted({ ui, result }: Run, connection: Connection): Promise<boolean> {
  tellBeforeWrite(ui, connection, result.setsUp);
  if (result.otherName !== null && !(await ui.confirmName(result.otherName.name))) return false;
  return await ui.confirmApply(result);
}

/** Does something as soon as the reading has begun, and not before it: that takes its time anyway. */
async function whileReading<T>(work: () => T): Promise<T> {
  await nextTurn();
  return work();
}

/** An old database is never "set up" either: it is shown what it needs, and by which command. */
function onlyShows(request: Request, result: Result): boolean {
  return request.command === "status" || request.dryRun || (request.command === "setup" && !result.setsUp);
}
