import { setTimeout as sleep } from "node:timers/promises";
import type { D1Client } from "../database/client.js";
import { Database } from "../database/database.js";
import { diagnose } from "../database/diagnose.js";
import type { Snapshot } from "../database/snapshot.js";
import type { Connection } from "../project/connection.js";
import type { OtherName } from "../run/result.js";
import { withIdOfName } from "./by-name.js";
import { clientFor, collectUnrestored, type ReadingAhead, type Run } from "./context.js";
import { hasName, otherNameOf } from "./name-check.js";

/** The result of an inspection. */
export interface Inspected {
  database: Database;
  client: D1Client;
  found: Snapshot;
}

/** Reads the schema. @param ahead a read that has already started */
export async function inspect(
  connection: Connection,
  run: Run,
  ahead?: Promise<Snapshot>,
): Promise<Inspected> {
  const { ui, context, facts } = run;
  facts.add({ connection });
  const client = clientFor(connection, run, {
    locate: () => ui.locateWrangler(connection),
    onOwnershipNotRestored: collectUnrestored(run),
  });
  const database = new Database(client, connection, ui, lostWriteSeconds(context.env));
  // This may ask whether to install wrangler, so it comes before any progress is shown.
  if (database.exists()) await client.ready();
  const beside = client.allowsConcurrency ? besides(run, connection) : null;
  try {
    const found = await ui.progress(
      "inspecting",
      connection,
      // A read that failed in the background is retried where the user can see it.
      () => ahead?.catch(() => database.inspect()) ?? database.inspect(),
    );
    // With wrangler's login this starts wrangler once more, which is only worth it in the wizard.
    const isAskedAfter = beside === null && ui.asks && hasName(connection);
    const otherName = isAskedAfter
      ? await ui.progress("listing", connection, () => otherNameOf(client, connection))
      : ((await beside?.name()) ?? null);
    const notes = otherName === null ? [] : [otherName.note];
    facts.add({ otherName, notes: [...facts.now.notes, ...notes] });
    return { database, client, found };
  } catch (error) {
    beside?.stop();
    if (connection.location === "local") throw error;
    throw await diagnose(error, client, connection, context.env);
  }
}

/** Seconds to wait for a database's name after its schema has been read. */
const nameSeconds = 2;

/** A lookup of the database's name while its schema is read. */
interface Beside {
  /** Waits for the name, but not for long. */
  name: () => Promise<OtherName | null>;
  /** Aborts the lookup. */
  stop: () => void;
}

function besides(run: Run, connection: Connection): Beside {
  const controller = new AbortController();
  const client = clientFor(connection, run, { abandoned: controller.signal });
  const asked = otherNameOf(client, connection);
  // Ignore a failure that comes after the wait.
  asked.catch(() => {});
  const stop = () => controller.abort();
  const name = async () => {
    const limit = new AbortController();
    const late = sleep(nameSeconds * 1000, null, { signal: limit.signal }).catch(() => null);
    try {
      // The lookup may depend on a shared list that was requested for another database.
      return await Promise.race([asked, late]);
    } finally {
      limit.abort();
      stop();
    }
  };
  return { name, stop };
}

/** Starts reading the schema in the background, without retries. */
export function inspectAhead(connection: Connection, run: Run): ReadingAhead {
  const controller = new AbortController();
  const client = clientFor(connection, run, {
    abandoned: controller.signal,
    onOwnershipNotRestored: collectUnrestored(run),
  });
  const found = new Database(client, connection, run.ui).inspect(1);
  // A failure reaches whoever needs the schema; if no one does, it must not be an unhandled rejection.
  found.catch(() => {});
  return { connection, found, abandon: () => controller.abort() };
}

/** Returns the tests' time for a lost batch, only for a loopback server; undefined means D1's. */
function lostWriteSeconds(env: NodeJS.ProcessEnv): number | undefined {
  const seconds = Number(env.KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS);
  const loopback = /^http:\/\/127\.0\.0\.1:/.test(env.CLOUDFLARE_API_BASE_URL ?? "");
  return loopback && seconds > 0 ? seconds : undefined;
}

/** Looks up a database in the account if only its name is known. */
export async function identified(connection: Connection, run: Run): Promise<Connection> {
  const { target } = connection;
  if (!target.unbound || target.databaseId !== null) return connection;
  // Known even if the lookup fails, so that the wizard can offer a way to continue.
  run.facts.add({ connection });
  return await withIdOfName(connection, clientFor(connection, run), run.ui);
}
