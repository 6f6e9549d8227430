import { setTimeout as sleep } from "node:timers/promises";
import { openClient } from "../database/choose-client.js";
import type { D1Client } from "../database/client.js";
import { Database } from "../database/database.js";
import { diagnose } from "../database/diagnose.js";
import type { Snapshot } from "../database/snapshot.js";
import type { Connection } from "../project/connection.js";
import type { OtherName } from "../run/result.js";
import { withIdOfName } from "./by-name.js";
import { collectUnrestored, type Run, settingsFor } from "./context.js";
import { hasName, otherNameOf } from "./name-check.js";

/** What an inspection leads to. */
export interface Inspected {
  database: Database;
  client: D1Client;
  found: Snapshot;
}

/** Reads the schema; `ahead` is a reading that has begun already. */
export async function inspect(
  connection: Connection,
  run: Run,
  ahead?: Promise<Snapshot>,
): Promise<Inspected> {
  const { request, ui, context, facts } = run;
  facts.add({ connection });
  const special = {
    locate: () => ui.locateWrangler(connection),
    onOwnershipNotRestored: collectUnrestored(run),
  };
  const client = openClient(connection, settingsFor(connection, request, context, special));
  const database = new Database(client, connection, ui, lostWriteSeconds(context.env));
  // A person may be asked whether wrangler should be installed, which needs the screen for itself.
  if (database.exists()) await client.ready();
  const beside = client.allowsConcurrency ? besides(run, connection) : null;
  try {
    const found = await ui.progress(
      "inspecting",
      connection,
      // What failed unseen is tried again where it can be seen.
      () => ahead?.catch(() => database.inspect()) ?? database.inspect(),
    );
    // With wrangler's login it is a start of wrangler more, which is only made for a person.
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

/** Seconds that the name of a database may take longer than its schema. */
const nameSeconds = 2;

/** A name that is asked for beside the schema. */
interface Beside {
  /** Waits for it, though not for long. */
  name: () => Promise<OtherName | null>;
  /** Nobody needs it any more. */
  stop: () => void;
}

function besides({ request, context }: Run, connection: Connection): Beside {
  const controller = new AbortController();
  const settings = settingsFor(connection, request, context, { abandoned: controller.signal });
  const asked = otherNameOf(openClient(connection, settings), connection);
  // A fault that comes too late is not waited for.
  asked.catch(() => {});
  const stop = () => controller.abort();
  const name = async () => {
    const limit = new AbortController();
    const late = sleep(nameSeconds * 1000, null, { signal: limit.signal }).catch(() => null);
    try {
      // Several databases may wait for one list, which another one of them has asked for.
      return await Promise.race([asked, late]);
    } finally {
      limit.abort();
      stop();
    }
  };
  return { name, stop };
}

/** Reads the schema unseen and once, while the user is still reading a question. */
export function inspectAhead(connection: Connection, run: Run, abandoned: AbortSignal): Promise<Snapshot> {
  const { request, ui, context } = run;
  const special = { abandoned, onOwnershipNotRestored: collectUnrestored(run) };
  const client = openClient(connection, settingsFor(connection, request, context, special));
  return new Database(client, connection, ui).inspect(1);
}

/** Only a loopback server, as the tests have it, is done with a lost batch sooner than D1. */
function lostWriteSeconds(env: NodeJS.ProcessEnv): number | undefined {
  const seconds = Number(env.KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS);
  const loopback = /^http:\/\/127\.0\.0\.1:/.test(env.CLOUDFLARE_API_BASE_URL ?? "");
  return loopback && seconds > 0 ? seconds : undefined;
}

/** A database that only its name says is looked for in the account. */
export async function identified(
  connection: Connection,
  { request, ui, context, facts }: Run,
): Promise<Connection> {
  const { target } = connection;
  if (!target.unbound || target.databaseId !== null) return connection;
  // So that what fails can be gone on with.
  facts.add({ connection });
  const client = openClient(connection, settingsFor(connection, request, context));
  return await withIdOfName(connection, client, ui);
}
