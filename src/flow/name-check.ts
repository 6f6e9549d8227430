import { setTimeout as sleep } from "node:timers/promises";
import type { D1Client } from "../database/client.js";
import { Cancelled, Problem } from "../lib/problem.js";
import { otherName } from "../messages/run.js";
import type { Connection } from "../project/connection.js";
import { databaseIdAt } from "../project/targets.js";
import type { OtherName } from "../run/result.js";
import { clientFor, type Run } from "./context.js";

/** Seconds to wait for a database's name after its schema has been read. */
const nameSeconds = 2;

/** A lookup of the database's name while its schema is read. */
export interface NameLookup {
  /** Waits for the name, but not for long. */
  name: () => Promise<OtherName | null>;
  /** Aborts the lookup. */
  stop: () => void;
}

/** Starts to look up the name of a database, see `otherNameOf`. */
export function startNameLookup(connection: Connection, run: Run): NameLookup {
  const controller = new AbortController();
  const asked = otherNameOf(clientFor(connection, run, { abandoned: controller.signal }), connection);
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

/**
 * Asks the account for the name of a database. If a config's name was changed but not its id, it leads to a different
 * database than the one shown on the screen.
 * @returns the account's name and a sentence with both; null if they are the same, or the account's is not known
 */
export async function otherNameOf(client: D1Client, connection: Connection): Promise<OtherName | null> {
  const { target } = connection;
  if (!hasName(connection)) return null;
  try {
    const name = await client.databaseName(connection);
    if (name === null || name === target.database) return null;
    return { name, note: otherName(target.database ?? "", name, target.config) };
  } catch (error) {
    // Whatever is wrong, reading the schema will show it; a missing name alone stops nothing.
    if (error instanceof Problem || error instanceof Cancelled) return null;
    throw error;
  }
}

/** Whether the config has both name and id of a deployed database. A preview database has no name in a config. */
export function hasName({ target, location }: Connection): boolean {
  return (
    location === "remote" &&
    !target.unbound &&
    target.database !== null &&
    databaseIdAt(target, location) !== null
  );
}
