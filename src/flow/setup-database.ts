import type { D1Client, ListedDatabase } from "../database/client.js";
import { Database } from "../database/database.js";
import { publicDatabaseId } from "../database/diagnose.js";
import { reading } from "../database/retry.js";
import type { Snapshot } from "../database/snapshot.js";
import { Cancelled, Problem } from "../lib/problem.js";
import {
  databaseCreated,
  databaseOfSomethingElse,
  databaseThere,
  idNotWritable,
  newDatabase,
  type SetupStep,
} from "../messages/setup.js";
import type { Catalog } from "../plan/catalog.js";
import { planUpgrade } from "../plan/plan.js";
import type { Connection, Placement } from "../project/connection.js";
import { replaceDatabaseId } from "../project/edit-config.js";
import { standardDatabase } from "../project/standard-names.js";
import { isDatabaseId, type Target } from "../project/targets.js";
import { recordChange, writeBegins, writeIsKnown } from "../run/record.js";
import { clientFor, type Run } from "./context.js";
import { listedDatabases } from "./find-project.js";
import type { Ui } from "./ui.js";

/** Opens a client; if it needs wrangler, the wizard may install it first. */
export function openWithUi(connection: Connection, run: Run): D1Client {
  return clientFor(connection, run, { locate: () => run.ui.locateWrangler(connection) });
}

const noUuid = "00000000-0000-0000-0000-000000000000";

/** Whether a config lacks the id of a deployed database: it has none, a placeholder, or the public repository's. */
export function lacksId({ databaseId: id }: Target): boolean {
  return !isDatabaseId(id) || id === noUuid || id.toLowerCase() === publicDatabaseId;
}

/** The result of preparing the database. */
export interface PreparedDatabase {
  connection: Connection;
  /** Whether the config has its id now. */
  done: boolean;
  /** Its schema; null for a database that did not exist before. */
  found: Snapshot | null;
}

/**
 * Makes sure that the account has the deployed database and the config has its id. An existing database of the same
 * name is used if it is empty or KV Manager's: it may be from a run that was interrupted.
 * @param catalog all migrations
 * @throws {Problem} {Cancelled}
 */
export async function prepareDatabase(
  run: Run,
  connection: Connection,
  catalog: Catalog,
): Promise<PreparedDatabase> {
  const client = openWithUi(connection, run);
  await client.ready();
  const databases = await listedDatabases(connection, client, run.ui);
  const words = namesOf(connection);
  const there = databases.find((d) => d.name === words.name);
  if (there === undefined) return await prepareNew(run, connection, client);
  const found = await inspectUnbound(run, connection, client, there);
  const kind = planUpgrade(found, catalog).database;
  if (kind !== "empty" && kind !== "kv-manager") throw databaseOfSomethingElse(words);
  const step = databaseThere(words, kind === "empty");
  if (!(await run.ui.confirmStep(step))) return { connection, done: false, found };
  const bound = writeId(connection, there.id);
  recordStep(run, step);
  return { connection: bound, done: true, found };
}

async function prepareNew(run: Run, connection: Connection, client: D1Client): Promise<PreparedDatabase> {
  const { ui, context } = run;
  const words = namesOf(connection);
  const step = newDatabase(words, connection.account?.name ?? null);
  if (!(await ui.confirmStep(step))) return { connection, done: false, found: null };
  const placement = await ui.placement();
  if (context.interruption.requested) throw new Cancelled();
  // Once started, this is completed: a database whose id is not in the config is useless.
  const bound = await ui.progress("creating", connection, () =>
    context.interruption.whileWriting(
      async () => {
        writeBegins(null);
        const id = await create(run, client, connection, placement).finally(writeIsKnown);
        try {
          return writeId(connection, id);
        } catch (error) {
          recordPrepared(run, databaseCreated(words));
          throw error;
        }
      },
      () => ui.finishing(),
    ),
  );
  recordStep(run, step);
  if (context.interruption.requested) throw new Cancelled();
  return { connection: bound, done: true, found: null };
}

/** Creates the database. The request is sent once; if it fails, the account is checked for the database. */
async function create(
  { ui }: Run,
  client: D1Client,
  connection: Connection,
  placement: Placement,
): Promise<string> {
  const { name } = namesOf(connection);
  try {
    return await client.create(connection, name, placement);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const databases = await listAgain(client, connection, ui);
    const made = databases.find((d) => d.name === name);
    if (made === undefined) throw problem;
    return made.id;
  }
}

async function listAgain(client: D1Client, connection: Connection, ui: Ui): Promise<ListedDatabase[]> {
  try {
    return await reading(() => client.list(connection), ui, client.findCause);
  } catch (problem) {
    // The first failure is the one to show; the next run finds the database by its name.
    if (problem instanceof Problem) return [];
    throw problem;
  }
}

/** Writes the id of a database to the config. */
function writeId(connection: Connection, id: string): Connection {
  const { target } = connection;
  if (!replaceDatabaseId(target, "databaseId", id)) throw idNotWritable(namesOf(connection));
  return { ...connection, target: { ...target, databaseId: id } };
}

/** Reads the schema of a database that the config does not know yet. */
async function inspectUnbound(
  { ui }: Run,
  connection: Connection,
  client: D1Client,
  { id }: ListedDatabase,
): Promise<Snapshot> {
  const target = { ...connection.target, databaseId: id, unbound: true as const };
  const database = new Database(client, { ...connection, target }, ui);
  return await ui.progress("inspecting", connection, () => database.inspect());
}

/** Returns the names of a connection's database and config, for messages. */
export function namesOf({ target }: Pick<Connection, "target">): { name: string; config: string } {
  return { name: target.database ?? standardDatabase, config: target.config };
}

/** Records a completed step, in case a later one fails, and shows it immediately. */
export function recordStep(run: Run, { done }: SetupStep): void {
  recordPrepared(run, done);
  run.ui.notify(done);
}

function recordPrepared({ facts }: Run, sentence: string): void {
  facts.add({ prepared: [...facts.now.prepared, sentence] });
  recordChange(sentence);
}
