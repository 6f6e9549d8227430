import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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
 * @param env its environment
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
  const modules = nearestModules(folder);
  const inModules = modules === null ? null : join(modules, ".cache", "wrangler");
  const own = join(folder, ".wrangler", "cache");
  if (inModules !== null && (existsSync(inModules) || !existsSync(own))) return inModules;
  return own;
}

function nearestModules(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (existsSync(modules)) return modules;
    if (at === dirname(at)) return null;
  }
}
