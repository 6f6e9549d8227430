import { createHash, createHmac } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stateNotReadable } from "../messages/container.js";
import { localIdOf, type Target } from "./targets.js";

const objectName = "miniflare-D1DatabaseObject";

/** How Miniflare derives a file name, in two halves: the second is computed from the first. */
function hashed(data: Buffer | string): Buffer {
  const key = createHash("sha256").update(objectName).digest();
  return createHmac("sha256", key).update(data).digest().subarray(0, 16);
}

/**
 * The file in which wrangler keeps a local D1 database. Needed only to find out that a database does not exist yet
 * without starting wrangler, which would create it.
 * @param configPath absolute path of the Wrangler config; the state is beside it unless `persistTo` is given
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 * @param id the local id, see `localIdOf`
 * Source: wrangler's own storage, folder `v3/d1`; the file name is how Miniflare 3 and 4 name a Durable Object.
 */
export function localDatabaseFile(configPath: string, persistTo: string | null, id: string): string {
  const name = hashed(id);
  const file = `${Buffer.concat([name, hashed(name)]).toString("hex")}.sqlite`;
  return join(d1Folder(configPath, persistTo), objectName, file);
}

/** Where wrangler keeps local databases: beside the config, unless specified otherwise. Absolute paths. */
export function stateFolderOf(configPath: string, persistTo: string | null): string {
  return persistTo ?? join(dirname(configPath), ".wrangler", "state");
}

function d1Folder(configPath: string, persistTo: string | null): string {
  return join(stateFolderOf(configPath, persistTo), "v3", "d1");
}

/**
 * Whether a local state has databases whose file names are not derived in the known way, as with a later Miniflare.
 * Only the engine can then tell which database is which.
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 */
export function hasUnknownFiles(
  { configPath }: Pick<Target, "configPath">,
  persistTo: string | null,
): boolean {
  return areUnknown(d1Folder(configPath, persistTo));
}

/** The same for a state folder, regardless of its config. */
export function stateHasUnknownFiles(state: string): boolean {
  return areUnknown(join(state, "v3", "d1"));
}

function areUnknown(d1: string): boolean {
  return filesBelow(d1).some((file) => basename(file) !== "metadata.sqlite" && !isNamedAsKnown(file));
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".sqlite"),
    );
  } catch {
    // Missing or unreadable: wrangler reports that, if it matters.
    return [];
  }
}

function isNamedAsKnown(file: string): boolean {
  const [, name = "", rest] = /^([\da-f]{32})([\da-f]{32})\.sqlite$/.exec(basename(file)) ?? [];
  return dirname(file) === objectName && hashed(Buffer.from(name, "hex")).toString("hex") === rest;
}

/**
 * Whether the local copy of a database has ever been written.
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 */
export function existsLocally(target: Target, persistTo: string | null): boolean {
  return localDatabaseExists(localFileOf(target, persistTo));
}

/**
 * The same, as far as it can be determined without the engine: null if only the engine knows.
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 */
export function isKnownLocally(target: Target, persistTo: string | null): boolean | null {
  if (existsLocally(target, persistTo)) return true;
  return hasUnknownFiles(target, persistTo) ? null : false;
}

/** How many bytes at the start of a file are searched for its schema, which was written first. */
const beginning = 256 * 1024;
/** How SQLite stores KV Manager's first table in its schema. */
const firstTable = /CREATE TABLE\s+["'`[]?namespaces\b/i;

/**
 * Whether KV Manager's tables can be seen in the local copy of a database, without starting wrangler. Only for hints
 * and sorting: false may also mean that the schema is further back in the file.
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 */
export function looksUsed(target: Target, persistTo: string | null): boolean {
  const file = localFileOf(target, persistTo);
  return [file, `${file}-wal`].some((path) => firstTable.test(beginningOf(path)));
}

function beginningOf(path: string): string {
  try {
    const descriptor = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(beginning);
      return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, beginning, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Missing or unreadable: nothing can be seen in it.
    return "";
  }
}

/** The file of the local copy of a database, see `localDatabaseFile`. */
export function localFileOf(target: Target, persistTo: string | null): string {
  return localDatabaseFile(target.configPath, persistTo, localIdOf(target));
}

/**
 * Whether a local database has ever been written: its file exists and is not empty.
 * @throws {Problem} READ_ONLY when this user may not look
 */
function localDatabaseExists(file: string): boolean {
  try {
    return statSync(file).size > 0;
  } catch (error) {
    // No permission to look does not mean that it is missing.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") throw stateNotReadable(dirname(file));
    return false;
  }
}
