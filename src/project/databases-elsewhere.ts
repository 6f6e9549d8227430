import type { Connection } from "./connection.js";
import { looksUsed } from "./local-state.js";
import { databaseIdAt, isDatabaseId, type Target } from "./targets.js";

/**
 * Returns the databases other than those already checked: first the local ones in use, then the deployed ones that the
 * configs name. Only those that look like KV Manager's.
 * @param seen those that need not be listed again
 */
export function databasesElsewhere(targets: Target[], seen: Connection[]): Connection[] {
  const keys = new Set(seen.map(keyOf));
  // A mounted folder may hold more than the one that was checked.
  const states = new Set([null, ...seen.map((s) => s.persistTo)]);
  const places = [
    ...[...states].map((persistTo) => ({ location: "local" as const, persistTo })),
    { location: "remote" as const, persistTo: null },
  ];
  const candidates = places.flatMap((place) =>
    targets
      .filter((target) => target.likely && !target.hidden && isThere(target, place))
      .map((target): Connection => ({ target, ...place, account: null })),
  );
  return candidates.filter((connection) => keys.size < keys.add(keyOf(connection)).size);
}

function isThere(
  target: Target,
  { location, persistTo }: Pick<Connection, "location" | "persistTo">,
): boolean {
  return location === "local" ? looksUsed(target, persistTo) : isDatabaseId(target.databaseId);
}

function keyOf({ target, location, persistTo }: Connection): string {
  const id = databaseIdAt(target, location);
  return JSON.stringify([location, id, location === "local" ? [target.configPath, persistTo] : null]);
}
