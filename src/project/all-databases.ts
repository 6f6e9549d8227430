import { realpathSync } from "node:fs";
import type { Connection } from "./connection.js";
import { existsLocally, isKnownLocally, localFileOf } from "./local-state.js";
import { databaseIdAt, isCalled, isDatabaseId, type Location, type Target } from "./targets.js";

/** A database, and every binding of the configs that leads to it. */
export interface BoundDatabase {
  connection: Connection;
  /** The first one is the connection's own. */
  bound: Target[];
}

/** What `--all` stands for. */
export interface AllDatabases {
  /** Local ones first, then preview ones, then the deployed ones. */
  databases: BoundDatabase[];
  /** Bindings with nothing to read behind them: no local copy yet, and no id. */
  unreachable: Target[];
}

/** The flags that narrow down `--all`; null if not given. */
export interface Narrowing {
  location: Location | null;
  binding: string | null;
  env: string | null;
  /** Absolute folder of the local state, if it is not beside the config. */
  persistTo: string | null;
}

/** Trials come before production. */
const order = ["local", "preview", "remote"] as const;

/**
 * Returns every database that the configs name, in each location it can have. One id, or one local file, is one
 * database, however many bindings lead to it.
 * @param targets all databases of the configs, see `targetsOf`
 */
export function allDatabases(targets: Target[], wish: Narrowing): AllDatabases {
  const fitting = targets.filter(
    (t) => (wish.env === null || t.env === wish.env) && isCalled(t, wish.binding),
  );
  // Of several bindings to one database, name one that wrangler can resolve.
  const usable = [...fitting].sort((a, b) => Number(a.hidden) - Number(b.hidden));
  const places = wish.location === null ? order : [wish.location];
  const found = new Map<string, BoundDatabase>();
  for (const location of places)
    for (const target of usable) {
      const key = keyOf(target, location, wish.persistTo);
      if (key === null) continue;
      const persistTo = location === "local" ? wish.persistTo : null;
      const connection: Connection = { target, location, persistTo, account: null };
      const known = found.get(key);
      if (known === undefined) found.set(key, { connection, bound: [target] });
      else {
        if (!known.bound.includes(target)) known.bound.push(target);
        // One binding's preview database can be another binding's deployed database; deployed is what counts.
        if (known.connection.location === "preview" && location === "remote") {
          known.connection = connection;
          known.bound = [target, ...known.bound.filter((t) => t !== target)];
        }
      }
    }
  const databases = [...found.values()].sort((a, b) => rankOf(a) - rankOf(b));
  const there = new Set(databases.flatMap(({ bound }) => bound));
  return { databases, unreachable: fitting.filter((t) => !there.has(t)) };
}

function rankOf({ connection }: BoundDatabase): number {
  return order.indexOf(connection.location);
}

/** A key that is the same for every binding to one database; null if there is no database. */
function keyOf(target: Target, location: Location, persistTo: string | null): string | null {
  if (location === "local") return localKey(target, persistTo);
  if (target.unbound) return location === "remote" ? target.binding : null;
  const id = databaseIdAt(target, location);
  // A template has something else in place of the id, and wrangler.dev.toml a made-up name.
  return isDatabaseId(id) ? id.toLowerCase() : null;
}

function localKey(target: Target, persistTo: string | null): string | null {
  const file = localFileOf(target, persistTo);
  try {
    if (existsLocally(target, persistTo)) return realpathSync(file);
  } catch {
    // No permission to look: reading the database will report that.
    return file;
  }
  // It may be stored under a name that only the engine knows.
  return isKnownLocally(target, persistTo) === null ? file : null;
}
