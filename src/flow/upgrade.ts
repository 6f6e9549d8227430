import { apply } from "../apply/apply.js";
import type { Request } from "../command-line/request.js";
import { Database } from "../database/database.js";
import type { Interruption } from "../database/interruption.js";
import type { Waiting } from "../database/retry.js";
import type { Snapshot } from "../database/snapshot.js";
import { type Connection, Wrangler, type WranglerTrace } from "../database/wrangler.js";
import { type Catalogue, loadCatalogue } from "../plan/catalogue.js";
import { type Plan, planSetup, planUpgrade } from "../plan/plan.js";
import { SqlFileError } from "../plan/sql-reader.js";
import { Cancelled, Problem } from "../problem.js";
import { type Configs, readConfigs } from "../project/config-files.js";
import { type Target, targetsOf } from "../project/targets.js";
import type { WranglerPackage } from "../project/wrangler-package.js";
import { blankResult, fillFromPlan, type Outcome, predictedResult, type Result } from "./result.js";

/** What was found on disk. */
export interface Project {
  configs: Configs;
  targets: Target[];
}

/**
 * One of the two ways to talk to a user: the wizard asks, the unattended run knows from its flags. Both answer
 * the same questions of the same steps.
 */
export interface Face extends Waiting {
  /** Which database: from the flags, or by asking. Throws a Problem or Cancelled. */
  choose(project: Project): Promise<Connection>;
  /** Finds the project's wrangler; the wizard may install it first. */
  locateWrangler(connection: Connection): Promise<WranglerPackage>;
  /** Does work that takes a moment, and says so while it lasts. */
  during<T>(what: "inspecting" | "applying", work: () => Promise<T>): Promise<T>;
  /** Shows what is there and what is missing. */
  preview(result: Result): void;
  /** Whether the statements may be applied. */
  consents(result: Result): Promise<boolean>;
  /** An empty database: whether it should be set up instead of upgraded. */
  wantsSetup(result: Result): Promise<boolean>;
  /** The user interrupts while a write is under way. */
  finishing(): void;
}

/** What a run needs from the system. */
export interface World {
  env: NodeJS.ProcessEnv;
  interruption: Interruption;
  trace: (trace: WranglerTrace) => void;
}

/**
 * The whole way from the command line to the verified database, for either face.
 * @returns what is known at the end; a failure is part of it, never thrown
 */
export async function upgrade(request: Request, face: Face, world: World): Promise<Result> {
  const result = blankResult();
  try {
    await steps(request, face, world, result);
  } catch (error) {
    settle(result, error);
  }
  return result;
}

async function steps(request: Request, face: Face, world: World, result: Result): Promise<void> {
  const catalogue = readCatalogue();
  if (predictsOnly(request)) {
    Object.assign(result, predictedResult(request.deployed, catalogue));
    return;
  }
  const configs = readConfigs(request.cwd, request.config);
  result.notes = configs.broken.map(({ problem }) => problem.message);
  const connection = await face.choose({
    configs,
    targets: targetsOf(configs, request.cwd),
  });
  result.connection = connection;
  const database = await open(connection, request, face, world);

  const found = await face.during("inspecting", () => database.inspect());
  const { plan, replan } = await planFor(request, found, catalogue, face, result);
  result.setsUp = plan.database === "empty";
  fillFromPlan(result, plan);
  refuse(plan, connection);
  if (plan.statements.length === 0) {
    result.outcome = "up-to-date";
    face.preview(result);
    return;
  }
  result.outcome = "pending";
  face.preview(result);
  // An old database is never "set up": it is shown what it needs, and by which command.
  const onlyShows = request.command === "status" || (request.command === "setup" && !result.setsUp);
  if (onlyShows || request.dryRun || !(await face.consents(result))) return;
  if (world.interruption.requested) throw new Cancelled();

  await write(database, plan, replan, face, world, result);
}

type Replan = (found: Snapshot) => Plan;

/** The upgrade's plan, or the set-up's where that is wanted. */
async function planFor(
  request: Request,
  found: Snapshot,
  catalogue: Catalogue,
  face: Face,
  result: Result,
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

async function write(
  database: Database,
  plan: Plan,
  replan: Replan,
  face: Face,
  { interruption }: World,
  result: Result,
): Promise<void> {
  result.applied = null;
  try {
    const verified = await face.during("applying", () =>
      interruption.whileWriting(
        () => apply(database, plan, replan, face),
        () => face.finishing(),
      ),
    );
    result.applied = true;
    result.checks = verified.checks;
    result.differences = verified.differences;
    result.outcome = result.setsUp ? "set-up" : "upgraded";
  } catch (error) {
    if (!(error instanceof Problem && error.code === "UNKNOWN_OUTCOME")) result.applied = false;
    throw error;
  }
  if (interruption.requested) result.outcome = "cancelled";
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

async function open(connection: Connection, request: Request, face: Face, world: World): Promise<Database> {
  let wrangler: WranglerPackage | null = null;
  const door = new Wrangler({
    locate: async () => {
      wrangler ??= await face.locateWrangler(connection);
      return wrangler;
    },
    timeoutSeconds: request.timeoutSeconds,
    ...world,
  });
  return new Database(door, connection, face);
}

/** Ends a run before anything is planned for a database that must not be touched. */
function refuse(plan: Plan, { target, location }: Connection): void {
  const name = target.database ?? target.binding;
  if (plan.database === "empty" && plan.statements.length === 0)
    throw new Problem(
      "EMPTY_DATABASE",
      `The ${location} database ${name} is empty, so there is nothing to upgrade.`,
      `For a first set-up run: kv-manager-upgrade setup --${location} --binding ${name}`,
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

const outcomeOf: Partial<Record<Problem["code"], Outcome>> = {
  EMPTY_DATABASE: "empty",
  NOT_KV_MANAGER: "not-kv-manager",
  CONFLICT: "conflict",
  UNKNOWN_OUTCOME: "unknown",
};

function settle(result: Result, error: unknown): void {
  if (error instanceof Cancelled) result.outcome = "cancelled";
  else if (error instanceof Problem) {
    result.problem = error;
    result.outcome = outcomeOf[error.code] ?? "failed";
  } else throw error;
}
