import { chownSync, type Stats, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { namesIn } from "../project/config-files.js";

/**
 * Remembers who owns the files of a local state, so that after a run as root, its regular user (in a container, say)
 * can still write the folder. Only root can give files away; for everyone else this does nothing.
 * @param state wrangler's state folder, absolute
 * @returns what to call when wrangler has ended: existing files get their owner back, new ones get their folder's, and
 *   SQLite's side files their database's. It returns those that could not be given back: root may lack permission in a
 *   hardened container or on a network disk
 */
export function preserveOwnership(state: string): () => UnrestoredFile[] {
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
export interface UnrestoredFile {
  /** Absolute. */
  path: string;
  /** Its rightful owner in `chown` format: `1000:1000`. */
  owner: string;
}

/** @returns false when it is not allowed; a file deleted in the meantime needs no owner */
function give(path: string, { uid, gid }: Stats): boolean {
  try {
    chownSync(path, uid, gid);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** The owner of the database that a side file belongs to. */
function sideOf(path: string): Stats | null {
  const database = /^(.*\.sqlite)-(?:wal|shm|journal)$/.exec(path)?.[1];
  return database === undefined ? null : statsOf(database);
}

/**
 * All folders above a state and everything of D1 in it, folders before their contents. Other products' data (R2, KV)
 * may be large, and is visited only if new.
 * @param before what was there before, if known
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
  // The outermost first: wrangler may have created some of them.
  for (const folder of folderAndParents(state).slice(1).reverse()) visit(folder, false);
  visit(state, true);
  return found;
}

/** Whether a path is D1's part of a state, or leads to it. */
function isD1(state: string, path: string): boolean {
  const v3 = join(state, "v3");
  const d1 = join(v3, "d1");
  return path === v3 || path === d1 || path.startsWith(`${d1}${sep}`);
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    // Gone or not accessible: nothing to give back.
    return null;
  }
}
