import { resolve } from "node:path";
import type { Snapshot } from "../database/snapshot.js";
import { backupOfPreview } from "../messages/usage.js";
import type { Catalog } from "../plan/catalog.js";
import { planSetup, planUpgrade } from "../plan/plan.js";
import { readCatalog } from "../plan/read-catalog.js";
import type { Connection } from "../project/connection.js";
import type { Target } from "../project/targets.js";
import type { Request } from "../run/request.js";
import { factsOfPlan, predictedFacts } from "../run/result.js";
import { findProject } from "./by-name.js";
import { checkStateFolder } from "./container.js";
import type { Run } from "./context.js";
import { identified, inspectAhead } from "./inspecting.js";
import { chooseKvManager } from "./kv-manager.js";
import type { Prepared } from "./setup.js";
import { warmUp } from "./warm-up.js";

/** A database that is known before the run starts. */
export interface Given {
  connection: Connection;
  /** All databases of the configs. */
  targets: Target[];
  /** Its schema, if it was just read. */
  found?: Snapshot | null;
}

/** Adds the prediction for `status --deployed` without a database. @returns whether that was all the run is about */
export function predicts({ request, facts }: Run): boolean {
  if (!predictsOnly(request)) return false;
  const catalog = readCatalog();
  const configPath = resolve(request.cwd, request.config ?? "wrangler.toml");
  const { chosen, needed } = chooseKvManager(request, { configPath, found: null }, catalog);
  facts.add({ ...predictedFacts(request.deployed, needed), ...chosen });
  return true;
}

/**
 * Returns the database of the run: the given one, the one that setup prepared, or the one that the flags or the user
 * select.
 * @returns null if the run ends here: the user wants all databases, or a setup was only previewed
 * @throws {Problem} {Cancelled}
 */
export async function chooseDatabase(run: Run, given: Given | null): Promise<Connection | null> {
  const { request, ui } = run;
  if (request.backup !== null) (await import("../database/backup.js")).checkBackupFile(request.backup);
  const prepared = await preparedFor(run, given);
  if (prepared === null) return null;
  const chosen = await identified(prepared.connection, run);
  if (run.ahead?.connection !== chosen) run.ahead?.abandon();
  checkStateFolder(ui, chosen, prepared.targets);
  if (prepared.projected !== null) {
    previewSetup(run, prepared.projected, readCatalog());
    return null;
  }
  refuseBackupOfPreview(request, chosen);
  return chosen;
}

/** @returns null when the user wants all databases instead of one */
async function preparedFor(run: Run, given: Given | null): Promise<Prepared | null> {
  if (given !== null) return { ...given, projected: null };
  if (run.request.command !== "setup") return await choose(run);
  const { prepareSetup } = await import("./setup.js");
  return await prepareSetup(run);
}

/** Selects a database from the existing configs. */
async function choose(run: Run): Promise<Prepared | null> {
  const { request, ui, context, facts } = run;
  const { configs, targets } = findProject(request, context.env);
  facts.add({ notes: configs.broken.map(({ problem }) => problem.message) });
  if (ui.asks && (request.location ?? "local") === "local") warmUp(targets, request, context);
  const connection = await ui.choose({ configs, targets }, (certain) => {
    run.ahead = inspectAhead(certain, run);
  });
  return connection === null ? null : { connection, targets, projected: null };
}

/** Plans what a setup that was not confirmed would do, or what an existing database found instead needs. */
function previewSetup({ request, ui, facts }: Run, projected: Snapshot, all: Catalog): void {
  const configPath = facts.now.connection?.target.configPath ?? null;
  const { chosen, needed } = chooseKvManager(request, { configPath, found: projected }, all);
  const plan = planSetup(projected, needed);
  const setsUp = plan.database === "empty";
  facts.add({ ...chosen, setsUp, ...factsOfPlan(setsUp ? plan : planUpgrade(projected, needed)) });
  if (!ui.asks) ui.preview(facts.now);
}

/** For a preview database, wrangler would export the deployed one. */
function refuseBackupOfPreview({ backup }: Request, { location }: Connection): void {
  if (backup !== null && location === "preview") throw backupOfPreview();
}

/** `status --deployed` without a location only predicts, and connects to nothing. */
function predictsOnly(request: Request): request is Request & { deployed: string } {
  return request.command === "status" && request.deployed !== null && request.location === null;
}
