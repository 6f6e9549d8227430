import { apply } from "../apply/apply.js";
import type { Request } from "../command-line/request.js";
import type { Connection } from "../database/arguments.js";
import { backUp, checkBackupFile } from "../database/backup.js";
import { Database } from "../database/database.js";
import type { Interruption } from "../database/interruption.js";
import { lookFurther } from "../database/look-further.js";
import type { RestorePoint } from "../database/restore-point.js";
import type { Snapshot } from "../database/snapshot.js";
import { Wrangler, type WranglerTrace } from "../database/wrangler.js";
import { type Catalogue, loadCatalogue } from "../plan/catalogue.js";
import { type Plan, planSetup, planUpgrade } from "../plan/plan.js";
import { SqlFileError } from "../plan/sql-reader.js";
import { Cancelled, Problem } from "../problem.js";
import { readConfigs } from "../project/config-files.js";
import { targetsOf } from "../project/targets.js";
import type { WranglerPackage } from "../project/wrangler-package.js";
import type { Face } from "./face.js";
import { refuse } from "./refuse.js";
import { blankResult, fillFromPlan, type Outcome, predictedResult, type Result } from "./result.js";

/** What a run needs from the system. */
export interface World {
  env: NodeJS.ProcessEnv;
  interruption: Interruption;
  trace: (trace: WranglerTrace) => void;
}

/** A run under way: what all of its steps share. */
interface Run {
  request: Request;
  face: Face;
  world: World;
  result: Result;
}

/**
 * The whole way from the command line to the verified database, for either face.
 * @returns what is known at the end; a failure is part of it, never thrown
 */
export async function upgrade(request: Request, face: Face, world: World): Promise<Result> {
  const result = blankResult();
  try {
    await steps({ request, face, world, result });
  } catch (error) {
    settle(result, error);
  }
  return result;
}

async function steps(run: Run): Promise<void> {
  const { request, face, world, result } = run;
  const catalogue = readCatalogue();
  if (predictsOnly(request)) {
    Object.assign(result, predictedResult(request.deployed, catalogue));
    return;
  }
  if (request.backup !== null) checkBackupFile(request.backup);
  const configs = readConfigs(request.cwd, request.config);
  result.notes = configs.broken.map(({ problem }) => problem.message);
  const chosen = await face.choose({ configs, targets: targetsOf(configs, request.cwd) });

  const { database, wrangler, found, early } = await inspect(chosen, run);
  const { plan, replan } = await planFor(run, found, catalogue);
  result.setsUp = plan.database === "empty";
  fillFromPlan(result, plan);
  refuse(plan, database.connection);
  result.outcome = plan.statements.length === 0 ? "up-to-date" : "pending";
  face.preview(result);
  if (plan.statements.length === 0 || onlyShows(request, result) || !(await face.consents(result))) return;

  const point = early ?? (await face.during("restore-point", () => restorePointOrProblem(database)));
  if (!(await mayGoOn(point, run, database.connection))) return;
  if (request.backup !== null && !result.setsUp) {
    const file = request.backup;
    await face.during("backup", () => backUp(wrangler, database.connection, file));
  }
  if (world.interruption.requested) throw new Cancelled();
  await write(database, plan, replan, run);
}

/** What an inspection leads to; `early` is the restore point where it was read beside it. */
interface Reached {
  database: Database;
  wrangler: Wrangler;
  found: Snapshot;
  early: RestorePoint | Problem | null;
}

/** Reads the schema; when that fails, tries what the face proposes, as often as it does. */
async function inspect(chosen: Connection, { request, face, world, result }: Run): Promise<Reached> {
  for (let connection = chosen; ; ) {
    result.connection = connection;
    const wrangler = openDoor(connection, request, face, world);
    const database = new Database(wrangler, connection, face, lostWriteSeconds(world.env));
    const beside = !face.asks && request.yes && !request.dryRun;
    try {
      const [found, early] = await face.during("inspecting", () =>
        Promise.all([database.inspect(), beside ? restorePointOrProblem(database) : null]),
      );
      return { database, wrangler, found, early };
    } catch (error) {
      const problem = await lookFurther(error, wrangler, connection);
      const next = problem instanceof Problem ? await face.recover(problem, connection, wrangler) : null;
      if (next === null) throw problem;
      connection = next;
    }
  }
}

/** Only the tests' own servers are done with a lost batch sooner than D1. */
function lostWriteSeconds(env: NodeJS.ProcessEnv): number | undefined {
  const seconds = Number(env.KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS);
  return seconds > 0 ? seconds : undefined;
}

async function restorePointOrProblem(database: Database): Promise<RestorePoint | Problem | null> {
  try {
    return await database.restorePoint();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Keeps the restore point; without one for a deployed database the face decides. */
async function mayGoOn(
  point: RestorePoint | Problem | null,
  { face, result }: Run,
  { location }: Connection,
): Promise<boolean> {
  if (point instanceof Problem) return await face.goesOnWithoutRestorePoint(point.message);
  if (location === "remote") result.restorePoint = point;
  return true;
}

type Replan = (found: Snapshot) => Plan;

/** The upgrade's plan, or the set-up's where that is wanted. */
async function planFor(
  { request, face, result }: Run,
  found: Snapshot,
  catalogue: Catalogue,
): Promise<{ plan: Plan; replan: Replan }> {
  const forUpgrade: Replan = (snapshot) => planUpgrade(snapshot, catalogue);
  const forSetup: Replan = (snapshot) => planSetup(snapshot, catalogue);
  const plan = forUpgrade(found);
  fillFromPlan(result, plan);
  const setUp =
    plan.database === "empty" &&
    (request.command === "setup" || (request.command === "upgrade" && (await face.wantsSetup(result))));
  return setUp ? { plan: forSetup(found), replan: forSetup } : { plan, replan: forUpgrade };
}

/** An old database is never "set up" either: it is shown what it needs, and by which command. */
function onlyShows(request: Request, result: Result): boolean {
  return request.command === "status" || request.dryRun || (request.command === "setup" && !result.setsUp);
}

async function write(database: Database, plan: Plan, replan: Replan, run: Run): Promise<void> {
  const { face, world, result } = run;
  result.applied = null;
  try {
    const verified = await face.during("applying", () =>
      world.interruption.whileWriting(
        () => apply(database, plan, replan, face),
        () => face.finishing(),
      ),
    );
    result.applied = true;
    result.checks = verified.checks;
    result.differences = verified.differences;
    result.outcome = result.setsUp ? "set-up" : "upgraded";
  } catch (error) {
    const known =
      error instanceof Cancelled || (error instanceof Problem && error.code !== "UNKNOWN_OUTCOME");
    if (known) result.applied = false;
    throw error;
  }
  if (world.interruption.requested) result.outcome = "cancelled";
}

/** `status --deployed` alone predicts, and connects to nothing. */
function predictsOnly(request: Request): request is Request & { deployed: string } {
  return request.command === "status" && request.deployed !== null && request.location === null;
}

function readCatalogue(): Catalogue {
  try {
    return loadCatalogue();
  } catch (error) {
    if (!(error instanceof SqlFileError)) throw error;
    throw new Problem("SQL_FAILED", `A migration cannot be used. ${error.message}.`, "Mend that file.");
  }
}

function openDoor(connection: Connection, request: Request, face: Face, world: World): Wrangler {
  let wrangler: WranglerPackage | null = null;
  return new Wrangler({
    locate: async () => {
      wrangler ??= await face.locateWrangler(connection);
      return wrangler;
    },
    timeoutSeconds: request.timeoutSeconds,
    ...world,
  });
}

const outcomeOf: Partial<Record<Problem["code"], Outcome>> = {
  EMPTY_DATABASE: "empty",
  NOT_KV_MANAGER: "not-kv-manager",
  CONFLICT: "conflict",
  UNKNOWN_OUTCOME: "unknown",
};

function settle(result: Result, error: unknown): void {
  if (error instanceof Cancelled) {
    result.outcome = "cancelled";
    return;
  }
  const problem = error instanceof Problem ? error : ownFault(error, result);
  result.problem = problem;
  result.outcome = outcomeOf[problem.code] ?? "failed";
}

/** A fault of this program. It must not hide what is known of the database. */
function ownFault(error: unknown, { applied }: Result): Problem {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Problem(
    applied === null ? "UNKNOWN_OUTCOME" : "UNEXPECTED_OUTPUT",
    `This program has a fault of its own: ${said}`,
    'Look at the database with "kv-manager-upgrade status", and please open an issue with this text.',
  );
}
