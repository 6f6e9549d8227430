import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  severalStates,
  stateIsNoFolder,
  stateNotReadable,
  stateUnderOtherName,
} from "../messages/container.js";
import { d1Folder, hasUnknownFiles, objectName } from "./local-state.js";

/** Wrangler's local state in a folder. */
export interface StateFolder {
  /** The folder to pass to wrangler as `--persist-to`: it holds `v3/d1`, or will. */
  path: string;
  /** The absolute paths of its D1 database files; empty for a new folder. */
  databases: string[];
}

const databaseFile = /^[0-9a-f]{64}\.sqlite$/;

/**
 * Finds the local D1 state in a folder, such as one mounted into a container: the state folder itself, a folder that
 * holds it (`state`, `.wrangler/state`), or a folder within it (`v3`, `v3/d1`).
 * @param path absolute; need not exist yet
 * @returns what to pass to wrangler. If there is no state, the folder itself, without databases
 * @throws {Problem} USAGE when it is not a folder, holds several states, or is part of one under another name;
 *   READ_ONLY when it may not be looked into
 */
export function findStateFolder(path: string): StateFolder {
  const kind = kindOf(path);
  if (kind === null) return { path, databases: [] };
  if (kind === "file") throw stateIsNoFolder(path);
  const within = stateAround(path);
  if (within !== null) return { path: within, databases: databasesIn(within) };
  const places = [path, join(path, "state"), join(path, ".wrangler", "state")];
  const states = places
    .filter((place) => kindOf(join(place, d1Folder)) === "folder")
    .map((place) => ({ path: place, databases: databasesIn(place) }));
  const used = states.filter((state) => state.databases.length > 0 || hasUnknownFiles(state.path));
  if (used.length > 1)
    throw severalStates(
      path,
      used.map((state) => state.path),
    );
  const [found] = [...used, ...states];
  if (found !== undefined) return found;
  refuseOtherName(path);
  return { path, databases: [] };
}

/** The absolute paths of a state folder's D1 database files. */
export function databasesIn(state: string): string[] {
  const folder = join(state, d1Folder, objectName);
  return listed(folder)
    .filter((name) => databaseFile.test(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).size > 0);
}

/** The state folder that a folder is part of, judged by the parent folders' names; null when it is part of none. */
function stateAround(path: string): string | null {
  const [above, twoAbove] = [dirname(path), dirname(dirname(path))];
  const names = [path, above, twoAbove].map((folder) => basename(folder));
  if (names[0] === "v3" && kindOf(join(path, "d1")) === "folder") return above;
  if (names[0] === "d1" && names[1] === "v3") return twoAbove;
  if (names[0] === objectName && names[1] === "d1" && names[2] === "v3") return dirname(twoAbove);
  return null;
}

/** Refuses a state whose folders were renamed, as by a mount: wrangler finds a state only under its own names. */
function refuseOtherName(path: string): void {
  if (kindOf(join(path, "d1", objectName)) === "folder") throw stateUnderOtherName(path, "v3");
  if (kindOf(join(path, objectName)) === "folder") throw stateUnderOtherName(path, "v3/d1");
  if (listed(path).some((name) => databaseFile.test(name)))
    throw stateUnderOtherName(path, `v3/d1/${objectName}`);
}

/** What kind of entry a path is; null if nothing is there. */
function kindOf(path: string): "folder" | "file" | null {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch (error) {
    return absent(error, path, null);
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return absent(error, folder, []);
  }
}

/** A missing entry is not a failure; lacking permission to see it is. */
function absent<T>(error: unknown, path: string, nothing: T): T {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return nothing;
  if (code === "EACCES" || code === "EPERM") throw stateNotReadable(path);
  throw error;
}
