import { createHash, createHmac } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { databaseIdAt, type Target } from "./targets.js";

const objectName = "miniflare-D1DatabaseObject";

/**
 * The file in which wrangler keeps a local D1 database. Needed only to say that a database does not exist yet
 * without starting wrangler, which would create it.
 * @param configPath absolute path of the Wrangler config; the state lies beside it unless `persistTo` is given
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 * @param id the local id, see `databaseIdAt`
 * Source: wrangler's own storage, folder `v3/d1`; the file name is how Miniflare 3 and 4 name a Durable Object.
 */
export function localDatabaseFile(configPath: string, persistTo: string | null, id: string): string {
  const state = persistTo ?? join(dirname(configPath), ".wrangler", "state");
  const key = createHash("sha256").update(objectName).digest();
  const hash = (data: Buffer | string) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const name = hash(id);
  const file = `${Buffer.concat([name, hash(name)]).toString("hex")}.sqlite`;
  return join(state, "v3", "d1", objectName, file);
}

/**
 * Whether the local copy of a database has ever been written.
 * @param persistTo absolute path of the state folder (`--persist-to`), or null
 */
export function existsLocally(target: Target, persistTo: string | null): boolean {
  const id = databaseIdAt(target, "local") ?? target.binding;
  return localDatabaseExists(localDatabaseFile(target.configPath, persistTo, id));
}

/** Whether a local database has ever been written: its file is there and has content. */
export function localDatabaseExists(file: string): boolean {
  return existsSync(file) && statSync(file).size > 0;
}
