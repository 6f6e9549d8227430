import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { severalStates, stateIsNoFolder, stateNotReadable, stateUnderOtherName } from "../words/container.js";
import { stateHasUnknownFiles } from "./local-state.js";

/** The local state of wrangler in a folder. */
export interface StateFolder {
  /** The folder to give wrangler as `--persist-to`: it holds `v3/d1`, or will. */
  path: string;
  /** Its D1 databases, as absolute paths of their files; none in a fresh folder. */
  databases: string[];
}

/** Where wrangler keeps D1 databases below its state folder. Source: Miniflare 3 and 4. */
const objects = "miniflare-D1DatabaseObject";
const d1 = join("v3", "d1");

/**
 * Finds the local D1 state in a folder, such as one that is mounted into a container: the state folder itself, a
 * folder that holds it (`state`, `.wrangler/state`), or a folder within it (`v3`, `v3/d1`).
 * @param path absolute; need not exist yet
 * @returns what to give wrangler. Without any state it is the folder itself, and has no databases
 * @throws {Problem} USAGE when it is no folder, holds several states, or is part of one under another name;
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
    .filter((place) => kindOf(join(place, d1)) === "folder")
    .map((place) => ({ path: place, databases: databasesIn(place) }));
  const used = states.filter((state) => state.databases.length > 0 || stateHasUnknownFiles(state.path));
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

/** The D1 databases of a state folder, as absolute paths of their files. */
export function databasesIn(state: string): string[] {
  const folder = join(state, d1, objects);
  return listed(folder)
    .filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).size > 0);
}

/** The state folder that a folder lies in, told by the names on the way; null when it lies in none. */
function stateAround(path: string): string | null {
  const names = [basename(path), basename(dirname(path)), basename(dirname(dirname(path)))];
  const up = (levels: number) => join(path, ...Array.from({ length: levels }, () => ".."));
  if (names[0] === "v3" && kindOf(join(path, "d1")) === "folder") return up(1);
  if (names[0] === "d1" && names[1] === "v3") return up(2);
  if (names[0] === objects && names[1] === "d1" && names[2] === "v3") return up(3);
  return null;
}

/** What a mount may have made of the names: wrangler finds a state only under its own. */
function refuseOtherName(path: string): void {
  if (kindOf(join(path, "d1", objects)) === "folder") throw stateUnderOtherName(path, "v3");
  if (kindOf(join(path, objects)) === "folder") throw stateUnderOtherName(path, "v3/d1");
  if (listed(path).some((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)))
    throw stateUnderOtherName(path, `v3/d1/${objects}`);
}

/** What lies at a path; null for nothing. */
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

/** What is not there is no failure; what may not be seen is one. */
function absent<T>(error: unknown, path: string, nothing: T): T {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return nothing;
  if (code === "EACCES" || code === "EPERM") throw stateNotReadable(path);
  throw error;
}
