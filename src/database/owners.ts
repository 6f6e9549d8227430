import { chownSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/**
 * Remembers who owns the files of a local state, so that a run as root leaves a folder that its own user (of a
 * container, say) can still write. Only root can give files away; for everybody else this does nothing.
 * @param state wrangler's state folder, absolute
 * @returns what to call when wrangler has ended: files that were there get their owner back, new ones that of their
 *   folder, and SQLite's side files that of their database. It gives those that could not be given back: root in a
 *   hardened container, or on a network disk, may not
 */
export function keepOwners(state: string): () => Kept[] {
  if (process.platform === "win32" || process.getuid?.() !== 0) return () => [];
  const before = new Map(walk(state, null).map(({ path, stats }) => [path, stats]));
  return () =>
    walk(state, before).flatMap(({ path, stats }) => {
      const owner = sideOf(path) ?? before.get(path) ?? statsOf(dirname(path));
      if (owner === null || (owner.uid === stats.uid && owner.gid === stats.gid)) return [];
      return give(path, owner) ? [] : [{ path, owner: `${owner.uid}:${owner.gid}` }];
    });
}

/** A file that its user may not be able to write now. */
export interface Kept {
  /** Absolute. */
  path: string;
  /** Whose it should be, as `chown` takes it: `1000:1000`. */
  owner: string;
}

/** @returns false when it is not allowed; a file that has gone meanwhile needs no owner */
function give(path: string, { uid, gid }: Stats): boolean {
  try {
    chownSync(path, uid, gid);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** The database that a side file belongs to. */
function sideOf(path: string): Stats | null {
  const database = /^(.*\.sqlite)-(?:wal|shm|journal)$/.exec(path)?.[1];
  return database === undefined ? null : statsOf(database);
}

/**
 * The folders on the way to a state and everything of D1 in it, folders before what they hold. What belongs to
 * other products (R2, KV) may be large, and is looked into only where it is new.
 * @param before what was there before, if that is known
 */
function walk(state: string, before: Map<string, Stats> | null): { path: string; stats: Stats }[] {
  const found: { path: string; stats: Stats }[] = [];
  const visit = (path: string, deeper: boolean) => {
    const stats = statsOf(path);
    if (stats === null) return;
    found.push({ path, stats });
    const isNew = before !== null && !before.has(path);
    if (stats.isDirectory() && (deeper || isNew))
      for (const name of namesIn(path)) visit(join(path, name), isD1(state, join(path, name)));
  };
  for (const folder of foldersAbove(state)) visit(folder, false);
  visit(state, true);
  return found;
}

/** Every folder on the way to a path, the outermost first: wrangler may have made some of them. */
function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...foldersAbove(above), above];
}

/** Whether a path is D1's part of a state, or on the way to it. */
function isD1(state: string, path: string): boolean {
  const v3 = join(state, "v3");
  const d1 = join(v3, "d1");
  return path === v3 || path === d1 || path.startsWith(`${d1}${sep}`);
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    // Gone, or not to be seen: then there is nothing to give back.
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // As above.
    return [];
  }
}
