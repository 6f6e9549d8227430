import { type ApplyOptions, apply } from "../apply/apply.js";
import type { Database } from "../database/database.js";
import type { RestorePoint } from "../database/restore-point.js";
import { Cancelled, Problem } from "../lib/problem.js";
import { writeBegins, writeIsKnown } from "../run/record.js";
import type { Run } from "./context.js";
import type { Inspected } from "./inspecting.js";
import type { Planned } from "./planning.js";

/** Exports the database if a backup was requested. @throws {Problem} BACKUP_FAILED; nothing is written then */
export async function backUpFirst(
  { request, ui, facts }: Run,
  { client, database }: Inspected,
): Promise<void> {
  const file = request.backup;
  if (file === null || facts.now.setsUp) return;
  const { backUp } = await import("../database/backup.js");
  await ui.progress("backup", database.connection, () => backUp(client, database.connection, file));
  facts.add({ backup: file });
}

/**
 * Gets a restore point, applies a plan and verifies the result.
 * @throws {Problem} {Cancelled}; `run.facts` then says what is known about the database
 */
export async function write(run: Run, database: Database, planned: Planned): Promise<void> {
  const { ui, context } = run;
  const point = await restorePoint(run, database);
  if (point instanceof Problem && !(await ui.confirmWithoutRestorePoint(point.message))) return;
  if (context.interruption.requested) throw new Cancelled();
  await applyPlan(run, database, planned, point instanceof Problem ? null : point);
}

/**
 * Reads the restore point. Called right before the write, after the user has confirmed, so that it is not stale.
 * @returns null if the database has none; a problem if it could not be read
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

async function applyPlan(
  { ui, context, facts }: Run,
  database: Database,
  { plan, replan }: Planned,
  restorePoint: RestorePoint | null,
): Promise<void> {
  const { interruption } = context;
  const options: ApplyOptions = {
    replan,
    wait: (seconds, why) => ui.wait(seconds, why),
    get interrupted() {
      return interruption.requested;
    },
  };
  facts.add({ applied: null, restorePoint });
  writeBegins(restorePoint);
  try {
    const { verified, addedBy, ownPlan } = await ui.progress("applying", database.connection, () =>
      interruption.whileWriting(
        () => apply(database, plan, options),
        () => ui.finishing(),
      ),
    );
    const { era, checks, differences } = verified;
    facts.add({ applied: true, added: { addedBy, ownPlan }, eraNow: era, checks, differences });
  } catch (error) {
    const known =
      error instanceof Cancelled || (error instanceof Problem && error.code !== "UNKNOWN_OUTCOME");
    if (known) {
      facts.add({ applied: false });
      writeIsKnown();
    }
    throw error;
  }
}
