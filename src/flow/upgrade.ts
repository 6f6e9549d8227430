import { diagnoseLocally } from "../database/diagnose.js";
import type { UnrestoredFile } from "../database/ownership.js";
import { Cancelled } from "../lib/problem.js";
import { ownersNotKept } from "../messages/container.js";
import type { Connection } from "../project/connection.js";
import { runSoFar } from "../run/record.js";
import type { Request } from "../run/request.js";
import { FactLog, type Result, resultOf } from "../run/result.js";
import { chooseDatabase, type Given } from "./choose-database.js";
import { tellBeforeWrite } from "./container.js";
import type { Context, Run } from "./context.js";
import { inspect } from "./inspecting.js";
import { planFor, predict, predictsOnly } from "./planning.js";
import { preview, previewSetup } from "./preview.js";
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
  const unrestored = new Map<string, UnrestoredFile>();
  const onOwnershipNotRestored = (files: UnrestoredFile[]) => {
    for (const file of files) unrestored.set(file.path, file);
  };
  const run: Run = { request, ui, context, facts, ahead: null, onOwnershipNotRestored };
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
  if (unrestored.size > 0) ui.notify(ownersNotKept([...unrestored.values()]));
  await context.remember?.(request, result);
  return result;
}

/**
 * Runs the steps, in order. Any can be the last: when nothing is left to do, or the user says no.
 * @returns "left" if the user wants a different database, or all of them
 */
async function steps(run: Run, given: Given | null): Promise<"done" | "left"> {
  if (predictsOnly(run.request)) {
    predict(run, run.request.deployed);
    return "done";
  }
  const chosen = await chooseDatabase(run, given);
  if (chosen === null) return "left";
  const { connection, projected } = chosen;
  if (projected !== null) {
    previewSetup(run, connection, projected);
    return "done";
  }
  const read = await inspect(run, connection, given?.found ?? null);
  const planned = await planFor(run, read);
  if (planned === null) return "left";
  if (!preview(run, read.database, planned.plan)) return "done";
  if (!(await isWanted(run, connection))) return "done";
  await backUpFirst(run, read);
  await write(run, read.database, planned);
  return "done";
}

/** Whether this is the right database and the statements should be applied to it. */
async function isWanted({ ui, facts }: Run, connection: Connection): Promise<boolean> {
  const { setsUp, otherName } = facts.now;
  tellBeforeWrite(ui, connection, setsUp);
  if (otherName !== null && !(await ui.confirmName(otherName.name))) return false;
  return await ui.confirmApply(facts.now);
}
