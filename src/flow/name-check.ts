import type { D1Client } from "../database/client.js";
import { Cancelled, Problem } from "../lib/problem.js";
import { otherName } from "../messages/run.js";
import type { Connection } from "../project/connection.js";
import { databaseIdAt } from "../project/targets.js";
import type { OtherName } from "../run/result.js";

/**
 * Asks the account for the name of a database. A config whose name was changed and whose id was not leads to another
 * database than the one that is on the screen.
 * @returns the account's name and a sentence that says both; null where they are the same, or the account's is not known
 */
export async function otherNameOf(client: D1Client, connection: Connection): Promise<OtherName | null> {
  const { target } = connection;
  if (!hasName(connection)) return null;
  try {
    const name = await client.databaseName(connection);
    if (name === null || name === target.database) return null;
    return { name, note: otherName(target.database ?? "", name, target.config) };
  } catch (error) {
    // What is wrong is met by what is asked beside it; a name alone stops nothing.
    if (error instanceof Problem || error instanceof Cancelled) return null;
    throw error;
  }
}

/** Whether the config names a deployed database by both, so that they can differ. A preview one has no name there. */
export function hasName({ target, location }: Connection): boolean {
  return (
    location === "remote" &&
    !target.unbound &&
    target.database !== null &&
    databaseIdAt(target, location) !== null
  );
}
