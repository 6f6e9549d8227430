import Database from "libsql";
import { eraSchemas, seedRows } from "./eras.js";
import { makeLocal } from "./local.js";
import type { LoopbackApi } from "./loopback-api.js";
import { checkoutOf, tomlBinding } from "./project.js";

/** A realistic folder: several configs, environments and locations, and one database of each kind. */
export interface MixedFolder {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The databases' ids at Cloudflare. */
  ids: { production: string; preview: string; staging: string; shop: string };
  /** The files of the local copies. */
  files: { dev: string; staging: string };
  /** Unlocks the local copy of staging, if it is locked. */
  unlock: () => void;
}

const head = 'name = "kv-manager"\ncompatibility_date = "2025-11-01"\n\n';

/** The local id in KV Manager's wrangler.dev.toml: not one of Cloudflare's. */
const devId = "local-dev-database";

/**
 * Creates it. In table order: local `kv-manager-staging` (2025-11-08) and `kv-manager-metadata-dev` (2025-11-08);
 * the preview database of `kv-manager-metadata` (oldest); deployed `kv-manager-metadata` (complete, bound three times),
 * `kv-manager-staging` (2025-11-10) and `shop`, which is not KV Manager's.
 * @param project makes a folder of files, see `disposableProjects`
 * @param api where the deployed ones are
 * @param options.locked locks the local copy of staging
 */
export async function mixedFolder(
  project: (files: Record<string, string>) => string,
  api: LoopbackApi,
  { locked = false } = {},
): Promise<MixedFolder> {
  const id = () => crypto.randomUUID();
  const ids = { production: id(), preview: id(), staging: id(), shop: id() };
  const add = async (id: string, name: string, sql: string) => {
    api.addDatabase({ id, name });
    await api.exec(id, sql);
  };
  await add(ids.production, "kv-manager-metadata", eraSchemas["2025-11-22"] + seedRows);
  await add(ids.preview, "kv-manager-metadata-preview", eraSchemas.oldest + seedRows);
  await add(ids.staging, "kv-manager-staging", eraSchemas["2025-11-10"] + seedRows);
  await add(ids.shop, "shop", "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n");
  const inEnvironment = (env: string, binding: string) =>
    binding.replace("[[d1_databases]]", `[[env.${env}.d1_databases]]`);
  const cwd = project({
    "package.json": checkoutOf("1.0.0"),
    "wrangler.toml": [
      head,
      tomlBinding("kv-manager-metadata", ids.production),
      `preview_database_id = "${ids.preview}"\n\n`,
      `[env.staging]\n${inEnvironment("staging", tomlBinding("kv-manager-staging", ids.staging))}\n`,
      `[env.docs]\nvars = { GREETING = "hello" }\n\n`,
      `[env.shop]\n${inEnvironment("shop", tomlBinding("shop", ids.shop, "DB"))}`,
    ].join(""),
    "wrangler.dev.toml": [
      head,
      tomlBinding("kv-manager-metadata-dev", devId),
      tomlBinding("kv-manager-metadata", ids.production, "PRODUCTION"),
      tomlBinding("kv-manager-metadata", ids.production.toUpperCase(), "SAME"),
    ].join(""),
  });
  const files = {
    dev: await makeLocal(cwd, devId, "2025-11-08"),
    staging: await makeLocal(cwd, ids.staging, "2025-11-08"),
  };
  const unlock = locked ? lock(files.staging) : () => {};
  return { cwd, env: api.env, ids, files, unlock };
}

/** Locks a database like a program in the middle of a write. @returns a function that unlocks it */
function lock(file: string): () => void {
  const database = new Database(file);
  database.exec("BEGIN EXCLUSIVE");
  let held = true;
  return () => {
    if (held) database.exec("ROLLBACK");
    if (held) database.close();
    held = false;
  };
}
