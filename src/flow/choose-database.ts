import type { Snapshot } from "../database/snapshot.js";
import { backupOfPreview } from "../messages/usage.js";
import type { Connection } from "../project/connection.js";
import type { Target } from "../project/targets.js";
import { checkStateFolder } from "./container.js";
import type { Run } from "./context.js";
import { findProject, identified } from "./find-project.js";
import { inspectAhead } from "./inspecting.js";
import type { Prepared } from "./setup.js";
import { warmUp } from "./warm-up.js";

/** A database that is known before the run starts. */
export interface Given {
  connection: Connection;
  /** All databases of the configs. */
  targets: Target[];
  /** Its schema, if it was just read. */
  found: Snapshot | null;
}

/**
 * Returns the database of the run: the given one, the one that setup prepared, or the one that the flags or the user
 * select.
 * @returns null when the user wants all databases instead of one
 * @throws {Problem} {Cancelled}
 */
export async function chooseDatabase(run: Run, given: Given | null): Promise<Prepared | null> {
  const { backup } = run.request;
  if (backup !== null) (await import("../database/backup.js")).checkBackupFile(backup);
  const prepared = given === null ? await choose(run) : { ...given, projected: null };
  if (prepared === null) return null;
  const connection = await identified(prepared.connection, run);
  if (run.ahead?.connection !== connection) run.ahead?.abandon();
  checkStateFolder(run.ui, connection, prepared.targets);
  // wrangler would export the deployed database instead.
  if (backup !== null && connection.location === "preview") throw backupOfPreview();
  return { ...prepared, connection };
}

async function choose(run: Run): Promise<Prepared | null> {
  const { request, ui, context, facts } = run;
  if (request.command === "setup") {
    const { prepareSetup } = await import("./setup.js");
    return await prepareSetup(run);
  }
  const { configs, targets } = findProject(request, context.env);
  facts.add({ notes: configs.broken.map(({ problem }) => problem.message) });
  if (ui.asks && (request.location ?? "local") === "local") warmUp(targets, request, context);
  const connection = await ui.choose({ configs, targets }, (certain) => {
    run.ahead = inspectAhead(certain, run);
  });
  return connection === null ? null : { connection, targets, projected: null };
}
