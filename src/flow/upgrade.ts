import { resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type ApplyOptions, apply } from "../apply/apply.js";
import { openClient } from "../database/choose-client.js";
import type { Database } from "../database/database.js";
import { diagnoseLocally } from "../database/diagnose.js";
import type { RestorePoint } from "../database/restore-point.js";
import type { Snapshot } from "../database/snapshot.js";
import { Cancelled, Problem } from "../lib/problem.js";
import type { Catalogue } from "../plan/catalogue.js";
import { erasOf } from "../plan/eras.js";
import { type Plan, planSetup, planUpgrade } from "../plan/plan.js";
import { readCatalogue } from "../plan/read-catalogue.js";
import type { Connection } from "../project/connection.js";
import type { Target } from "../project/targets.js";
import { runSoFar, writeBegins, writeIsKnown } from "../run/record.js";
import type { Request } from "../run/request.js";
import { blankResult, fillFromPlan, predictedResult, type Result } from "../run/result.js";
import { ownersNotKept } from "../words/container.js";
import { backupOfPreview } from "../words/usage.js";
import { findProject } from "./by-name.js";
import { checkStateFolder, tellBeforeWrite } from "./container.js";
import { type Context, type Run, settingsFor } from "./context.js";
import { identified, inspect, inspectAhead } from "./inspecting.js";
import { takeKvManager } from "./kv-manager.js";
import { planFor, type Replan } from "./planning.js";
import { ReadingsAhead } from "./readings-ahead.js";
import { refuse } from "./refuse.js";
import { settle } from "./settle.js";
import type { Prepared } from "./setup.js";
import type { Ui } from "./ui.js";
import { warmUp } from "./warm-up.js";

/** A database that is known before the run begins. */
export interface Given {
  connection: Connection;
  /** All databases of the configs. */
  targets: Target[];
  /** Its schema, where it was just read. */
  found?: Snapshot | null;
}

/**
 * The whole way from the command line to the verified database, for either face.
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

async function steps(run: Run, given: Given | null): Promise<void> {
  const { request, ui, context, result, ahead } = run;
  if (predicts(run)) return;
  if (request.backup !== null) (await backups()).checkBackupFile(request.backup);
  const begin = (connection: Connection) =>
    ahead.begin(connection, (abandoned) => inspectAhead(connection, run, abandoned));
  const prepared = await preparedFor(run, given, begin);
  // The user wants them all.
  if (prepared === null) return;
  const chosen = await identified(prepared.connection, run);
  ahead.abandonAllBut(chosen);
  checkStateFolder(ui, chosen, prepared.targets);
  if (prepared.imagined !== null) return previewSetup(run, prepared.imagined, readCatalogue());

  refuseBackupOfPreview(request, chosen);
  const [catalogue, { database, client, found }] = await Promise.all([
    whileReading(readCatalogue),
    inspect(chosen, run, given?.found ? Promise.resolve(given.found) : ahead.get(chosen)),
  ]);
  const { connection } = database;
  result.eras = erasOf(catalogue);
  const planned = await planFor(run, database, found, catalogue);
  // The user wants the question before.
  if (planned === null) return;
  const { plan, replan } = planned;
  result.setsUp = plan.database === "empty" && plan.statements.length > 0;
  fillFromPlan(result, plan);
  if (plan.database === "empty" && !result.setsUp && ui.asks) {
    // The user was asked, and does not want it set up.
    result.outcome = "empty";
    return;
  }
  // What is in the way is best seen among all the rest.
  if (plan.conflicts.length > 0) ui.preview(result);
  refuse(plan, database, request);
  result.outcome = plan.statements.length === 0 ? "up-to-date" : "pending";
  ui.preview(result);
  if (plan.statements.length === 0 || onlyShows(request, result)) return;
  tellBeforeWrite(ui, connection, result.setsUp);
  if (result.otherName !== null && !(await ui.acceptsName(result.otherName.name))) return;
  if (!(await ui.consents(result))) return;

  if (request.backup !== null && !result.setsUp) {
    const file = request.backup;
    const { backUp } = await backups();
    await ui.progress("backup", connection, () => backUp(client, connection, file));
    result.backup = file;
  }
  const point = await restorePoint(run, database);
  if (point instanceof Problem && !(await ui.goesOnWithoutRestorePoint(point.message))) return;
  if (context.interruption.requested) throw new Cancelled();
  await write(database, plan, replan, point instanceof Problem ? null : point, run);
}

/** What a backup needs is loaded by those runs that make one. */
const backups = () => import("../database/backup.js");

/** Whether it only predicts, without a database, and has done so. */
function predicts({ request, result }: Run): boolean {
  if (!predictsOnly(request)) return false;
  const catalogue = readCatalogue();
  const configPath = resolve(request.cwd, request.config ?? "wrangler.toml");
  const needed = takeKvManager(result, request, { configPath, found: null }, catalogue);
  const { kvManager, versionNote } = result;
  Object.assign(result, predictedResult(request.deployed, needed), { kvManager, versionNote });
  return true;
}

/** Does something as soon as the reading has begun, and not before it: that takes its time anyway. */
async function whileReading<T>(work: () => T): Promise<T> {
  await nextTurn();
  return work();
}

/** @returns null when the user wants all databases instead of one */
async function preparedFor(
  run: Run,
  given: Given | null,
  begin: (connection: Connection) => void,
): Promise<Prepared | null> {
  if (given !== null) return { ...given, imagined: null };
  return run.request.command === "setup" ? await prepare(run) : await choose(run, begin);
}

/** What a first set-up needs before there is a database to read. */
async function prepare(run: Run): Promise<Prepared> {
  const { request, ui, context } = run;
  const { prepareSetup } = await import("./setup.js");
  const open = (connection: Connection) =>
    openClient(
      connection,
      settingsFor(connection, request, context, { locate: () => ui.locateWrangler(connection) }),
    );
  return await prepareSetup({ ...run, catalogue: readCatalogue(), open });
}

/** Which database, from the configs as they are. */
async function choose(
  { request, ui, context, result }: Run,
  begin: (connection: Connection) => void,
): Promise<Prepared | null> {
  const { configs, targets } = findProject(request, context.env);
  result.notes = configs.broken.map(({ problem }) => problem.message);
  if (ui.asks && (request.location ?? "local") === "local") warmUp(targets, request, context);
  const connection = await ui.choose({ configs, targets }, begin);
  return connection === null ? null : { connection, targets, imagined: null };
}

/** What a set-up would do that was not agreed to; or an old database needs that was found instead. */
function previewSetup({ request, ui, result }: Run, imagined: Snapshot, all: Catalogue): void {
  const configPath = result.connection?.target.configPath ?? null;
  const catalogue = takeKvManager(result, request, { configPath, found: imagined }, all);
  const plan = planSetup(imagined, catalogue);
  const shown = plan.database === "empty" ? plan : planUpgrade(imagined, catalogue);
  result.setsUp = plan.database === "empty";
  fillFromPlan(result, shown);
  result.outcome = "pending";
  if (!ui.asks) ui.preview(result);
}

/** wrangler's export would be of the deployed database. */
function refuseBackupOfPreview({ backup }: Request, { location }: Connection): void {
  if (backup !== null && location === "preview") throw backupOfPreview();
}

/**
 * The restore point of this moment: read just before the write, and only when there is one to come.
 * @returns null where there is none; a problem where it could not be read
 */
async function restorePoint({ ui }: Run, database: Database): Promise<RestorePoint | Problem | null> {
  const { connection } = database;
  if (connection.location !== "remote") return null;
  return await ui.progress("restore-point", connection, async () => {
    try {
      return await database.restorePoint();
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  });
}

/** An old database is never "set up" either: it is shown what it needs, and by which command. */
function onlyShows(request: Request, result: Result): boolean {
  return request.command === "status" || request.dryRun || (request.command === "setup" && !result.setsUp);
}

async function write(
  database: Database,
  plan: Plan,
  replan: Replan,
  restorePoint: RestorePoint | null,
  { ui, context, result }: Run,
): Promise<void> {
  const { interruption } = context;
  const options: ApplyOptions = {
    replan,
    wait: (seconds, why) => ui.wait(seconds, why),
    get interrupted() {
      return interruption.requested;
    },
  };
  result.applied = null;
  result.restorePoint = restorePoint;
  writeBegins(restorePoint);
  try {
    const { verified, by, own } = await ui.progress("applying", database.connection, () =>
      interruption.whileWriting(
        () => apply(database, plan, options),
        () => ui.finishing(),
      ),
    );
    result.applied = true;
    result.added = { by, own };
    result.eraNow = verified.era;
    result.checks = verified.checks;
    result.differences = verified.differences;
    result.outcome = result.setsUp ? "set-up" : "upgraded";
  } catch (error) {
    const known =
      error instanceof Cancelled || (error instanceof Problem && error.code !== "UNKNOWN_OUTCOME");
    if (known) {
      result.applied = false;
      writeIsKnown();
    }
    throw error;
  }
  if (interruption.requested) result.outcome = "cancelled";
}

/** `status --deployed` alone predicts, and connects to nothing. */
function predictsOnly(request: Request): request is Request & { deployed: string } {
  return request.command === "status" && request.deployed !== null && request.location === null;
}
