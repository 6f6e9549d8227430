import { writeFileSync } from "node:fs";
import type { Snapshot } from "../database/snapshot.js";
import {
  idNotWritable,
  localMovesWithId,
  notAskedYet,
  notReadYet,
  notWritten,
  otherBinding,
  somethingThere,
  wouldLookForDatabase,
} from "../messages/setup.js";
import { readCatalog } from "../plan/read-catalog.js";
import { exactText } from "../project/config-text.js";
import type { Connection } from "../project/connection.js";
import { type ConfigDraft, draftConfig } from "../project/draft-config.js";
import { withDatabaseId } from "../project/edit-config.js";
import { existsLocally, isKnownLocally } from "../project/local-state.js";
import { replaceFile } from "../project/replace-file.js";
import { standardBinding } from "../project/standard-names.js";
import { type Target, targetsOf } from "../project/targets.js";
import { commandFor } from "../screen/rerun-command.js";
import type { Run } from "./context.js";
import { lacksId, namesOf, openWithUi, prepareDatabase, recordStep } from "./setup-database.js";

/** How far the preparation got. */
export interface Prepared {
  connection: Connection;
  /** All databases of the configs. */
  targets: Target[];
  /** Null if everything is there and the database can be read; otherwise the schema that it has or would start with. */
  projected: Snapshot | null;
}

/** The schema of a database that does not exist yet. */
const empty: Snapshot = { tables: [], indexes: [], others: [], triggers: [] };

/**
 * The first half of a first setup: makes sure that there is a Wrangler config, a binding in it and, for a deployed
 * database, the database itself and its id. What exists is left alone, so an interrupted setup can be continued.
 * @returns the database to write the schema to; with a projected schema if a step was not confirmed
 * @throws {Problem} {Cancelled}
 */
export async function prepareSetup(run: Run): Promise<Prepared> {
  const { request, ui, facts } = run;
  // If this fails, nothing has been created yet.
  const catalog = readCatalog();
  const { configs, draft } = draftConfig(request);
  facts.add({ notes: configs.broken.map(({ problem }) => problem.message) });
  const targets = targetsOf(configs, request.cwd).map((t) => ({ ...t, mayBeNew: true as const }));
  const chosen = await ui.choose(
    { configs, targets },
    // There may be nothing to read yet.
    () => {},
  );
  if (chosen === null) throw new Error("a first setup is of one database");
  facts.add({ connection: chosen });
  noteOtherBinding(run, chosen.target);
  const needsConfig = draft !== null && draft.path === chosen.target.configPath;
  const needsId = chosen.location === "remote" && lacksId(chosen.target);
  // The wizard offers to install wrangler, but only once a setup is confirmed.
  if (!ui.asks) await openWithUi(chosen, run).ready();
  if (needsConfig) {
    if (!(await ui.confirmStep(draft.step))) {
      if (needsId) ui.notify(wouldLookForDatabase(namesOf(chosen)));
      facts.add({ unread: unreadOf(chosen, needsId), unprepared: true });
      return { connection: chosen, targets, projected: empty };
    }
    // Install wrangler, if needed, before anything is written.
    await openWithUi(chosen, run).ready();
    writeConfig(draft, chosen.target.config);
    recordStep(run, draft.step);
  }
  if (!needsId) return { connection: chosen, targets, projected: null };
  checkIdCanBeWritten(chosen);
  const hadLocal = existsLocally(chosen.target, null);
  const { connection, done, found } = await prepareDatabase(run, chosen, catalog);
  if (done && hadLocal) tellLocalMoves(run, connection);
  facts.add({ connection, unprepared: !done });
  return { connection, targets, projected: done ? null : (found ?? empty) };
}

/** Returns what is unknown about a database as long as it has no config; null if it certainly does not exist. */
function unreadOf(connection: Connection, needsId: boolean): string | null {
  const { target, location, persistTo } = connection;
  if (needsId) return notAskedYet(namesOf(connection));
  if (location === "local" && isKnownLocally(target, persistTo) === false) return null;
  return notReadYet(location, namesOf(connection));
}

/** Shown before anything is done, and again at the end: nothing else would explain why KV Manager finds no database. */
function noteOtherBinding({ ui, facts }: Run, { binding, config }: Target): void {
  if (binding === standardBinding) return;
  const note = otherBinding(binding, config);
  ui.notify(note);
  facts.add({ notes: [...facts.now.notes, note] });
}

function writeConfig({ path, text, isNew }: ConfigDraft, config: string): void {
  try {
    // Do not overwrite a file that was created in the meantime.
    if (isNew) writeFileSync(path, text, { flag: "wx" });
    else replaceFile(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw somethingThere(config);
    throw notWritten(config, error);
  }
}

/** Checks this before anything is created: a database whose id cannot be saved is useless. */
function checkIdCanBeWritten({ target }: Connection): void {
  const sample = "00000000-0000-4000-8000-000000000000";
  const text = exactText(target.configPath);
  if (withDatabaseId(target.configPath, text, target, "databaseId", sample) === null)
    throw idNotWritable(namesOf({ target }));
  try {
    replaceFile(target.configPath, text);
  } catch (error) {
    throw notWritten(target.config, error);
  }
}

/** Warns if there is no local copy under the new id: wrangler stores local databases under the id in the config. */
function tellLocalMoves({ ui, request }: Run, connection: Connection): void {
  const { target } = connection;
  if (existsLocally(target, null)) return;
  const local: Connection = { ...connection, location: "local", account: null };
  ui.notify(localMovesWithId(target.config, commandFor("setup", local, request, false)));
}
