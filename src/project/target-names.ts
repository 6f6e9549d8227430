import { isAbsolute, relative, sep } from "node:path";
import type { Connection } from "./connection.js";

/** The database a run was about, by names only: never an id. */
export interface TargetNames {
  location: string;
  /** Null, like the config, for a deployed database that was found by its name. */
  binding: string | null;
  database: string | null;
  config: string | null;
  env: string | null;
}

/** The same as in the contract's JSON: with the state folder of a local database. */
export interface TargetPart extends TargetNames {
  persistTo: string | null;
}

/**
 * The database of a connection, by names only.
 * @param cwd paths below it are given relative to it
 */
export function targetPart({ target, location, persistTo }: Connection, cwd: string): TargetPart {
  return {
    location,
    binding: target.unbound ? null : target.binding,
    database: target.database,
    config: target.unbound ? null : target.config,
    env: target.env,
    persistTo: persistTo === null ? null : fromHere(persistTo, cwd),
  };
}

function fromHere(path: string, cwd: string): string {
  const way = relative(cwd, path);
  return way.startsWith("..") || isAbsolute(way) ? path : way.split(sep).join("/") || ".";
}
