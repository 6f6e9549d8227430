import type { Connection } from "../database/arguments.js";
import { looksUsed } from "./local-state.js";
import { databaseIdAt, isDatabaseId, type Location, type Target } from "./targets.js";

/**
 * The databases that were found beside those that have been looked at: the local ones that are used, then the deployed
 * ones that the configs name. Only those that look like KV Manager's.
 * @param seen those that need not be named again
 */
export function otherDatabases(targets: Target[], seen: Connection[]): Connection[] {
  const keys = new Set(seen.map(keyOf));
  const candidates = (["local", "remote"] as const).flatMap((location) =>
    targets
      .filter((target) => target.likely && !target.hidden && isThere(target, location))
      .map((target): Connection => ({ target, location, persistTo: null, account: null })),
  );
  return candidates.filter((connection) => keys.size < keys.add(keyOf(connection)).size);
}

function isThere(target: Target, location: Location): boolean {
  return location === "local" ? looksUsed(target, null) : isDatabaseId(target.databaseId);
}

function keyOf({ target, location, persistTo }: Connection): string {
  const id = databaseIdAt(target, location);
  return JSON.stringify([location, id, location === "local" ? [target.configPath, persistTo] : null]);
}
