import { setImmediate as nextTurn } from "node:timers/promises";
import type { D1Client } from "../database/client.js";
import { Database } from "../database/database.js";
import { diagnose } from "../database/diagnose.js";
import type { Snapshot } from "../database/snapshot.js";
import type { Catalog } from "../plan/catalog.js";
import { erasOf } from "../plan/eras.js";
import { readCatalog } from "../plan/read-catalog.js";
import type { Connection } from "../project/connection.js";
import { clientFor, type ReadingAhead, type Run } from "./context.js";
import { hasName, otherNameOf, startNameLookup } from "./name-check.js";

/** A database that was read. */
export interface Inspected {
  database: Database;
  client: D1Client;
  found: Snapshot;
  /** All that KV Manager may need. */
  catalog: Catalog;
}

/** Starts reading the schema in the background, without retries. */
export function inspectAhead(connection: Connection, run: Run): ReadingAhead {
  const { onOwnershipNotRestored } = run;
  const controller = new AbortController();
  const client = clientFor(connection, run, { abandoned: controller.signal, onOwnershipNotRestored });
  const found = new Database(client, connection, run.ui).inspect(1);
  // A failure reaches whoever needs the schema; if no one does, it must not be an unhandled rejection.
  found.catch(() => {});
  return { connection, found, abandon: () => controller.abort() };
}

/**
 * Reads the schema and, at the same time, what KV Manager needs.
 * @param known the schema, if it was just read
 * @throws {Problem} {Cancelled}
 */
export async function inspect(run: Run, connection: Connection, known: Snapshot | null): Promise<Inspected> {
  const ahead = run.ahead?.connection === connection ? run.ahead.found : null;
  const [catalog, read] = await Promise.all([
    onceReadingStarted(readCatalog),
    readSchema(run, connection, known === null ? ahead : Promise.resolve(known)),
  ]);
  run.facts.add({ eras: erasOf(catalog) });
  return { ...read, catalog };
}

/** Does work right after the read has started, so that the read is not delayed. */
async function onceReadingStarted<T>(work: () => T): Promise<T> {
  await nextTurn();
  return work();
}

/** Reads the schema and shows progress. @param ahead a read that has already started; null if none has */
async function readSchema(
  run: Run,
  connection: Connection,
  ahead: Promise<Snapshot> | null,
): Promise<Omit<Inspected, "catalog">> {
  const { ui, context, facts, onOwnershipNotRestored } = run;
  facts.add({ connection });
  const locate = () => ui.locateWrangler(connection);
  const client = clientFor(connection, run, { locate, onOwnershipNotRestored });
  const database = new Database(client, connection, ui, lostWriteSeconds(context.env));
  // This may ask whether to install wrangler, so it comes before any progress is shown.
  if (database.exists()) await client.ready();
  const lookup = client.allowsConcurrency ? startNameLookup(connection, run) : null;
  try {
    const found = await ui.progress(
      "inspecting",
      connection,
      // A read that failed in the background is retried where the user can see it.
      () => ahead?.catch(() => database.inspect()) ?? database.inspect(),
    );
    // With wrangler's login this starts wrangler once more, which is only worth it in the wizard.
    const isAskedAfter = lookup === null && ui.asks && hasName(connection);
    const otherName = isAskedAfter
      ? await ui.progress("listing", connection, () => otherNameOf(client, connection))
      : ((await lookup?.name()) ?? null);
    const notes = otherName === null ? [] : [otherName.note];
    facts.add({ otherName, notes: [...facts.now.notes, ...notes] });
    return { database, client, found };
  } catch (error) {
    lookup?.stop();
    if (connection.location === "local") throw error;
    throw await diagnose(error, client, connection, context.env);
  }
}

/** Returns the tests' time for a lost batch, only for a loopback server; undefined means D1's. */
function lostWriteSeconds(env: NodeJS.ProcessEnv): number | undefined {
  const seconds = Number(env.KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS);
  const loopback = /^http:\/\/127\.0\.0\.1:/.test(env.CLOUDFLARE_API_BASE_URL ?? "");
  return loopback && seconds > 0 ? seconds : undefined;
}
