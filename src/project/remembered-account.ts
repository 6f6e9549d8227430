import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { folderAndParents } from "../lib/folder-and-parents.js";

/** The account that wrangler remembers from an earlier choice, and uses silently if nothing names another. */
export interface RememberedAccount {
  id: string;
  name: string;
  /** Absolute. */
  file: string;
}

/**
 * Reads which account wrangler remembers.
 * @param folder where wrangler runs
 * @returns null if it remembers none
 * Source: `getCacheFolder` and `getAccountFromCache` of wrangler 4.86
 */
export function rememberedAccount(folder: string, env: NodeJS.ProcessEnv): RememberedAccount | null {
  const file = join(cacheFolder(folder, env), "wrangler-account.json");
  try {
    const { account } = JSON.parse(readFileSync(file, "utf8")) as {
      account?: { id?: unknown; name?: unknown };
    };
    const { id, name } = account ?? {};
    return typeof id === "string" ? { id, name: typeof name === "string" ? name : "", file } : null;
  } catch {
    // There is none, or wrangler cannot read it either.
    return null;
  }
}

function cacheFolder(folder: string, env: NodeJS.ProcessEnv): string {
  if (env.WRANGLER_CACHE_DIR) return env.WRANGLER_CACHE_DIR;
  const own = join(folder, ".wrangler", "cache");
  const modules = folderAndParents(folder)
    .map((at) => join(at, "node_modules"))
    .find((path) => existsSync(path));
  if (modules === undefined) return own;
  const inModules = join(modules, ".cache", "wrangler");
  return existsSync(inModules) || !existsSync(own) ? inModules : own;
}
