import { statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { textOfFile } from "../../lib/text-of-file.js";

/** Milliseconds that a renewal of the login may still take before wrangler is ended anyway. */
const patience = 5000;
const interval = 50;

/**
 * Waits while wrangler may be renewing its login, so that it can save Cloudflare's response: the refresh token it sent
 * is already used up, and without the new one the user would have to log in again. A signal would not leave it the
 * time, since wrangler ends immediately. Returns immediately if nothing is being renewed.
 * @param env wrangler's environment
 * @param folder where wrangler runs; it reads the `.env` there
 */
export async function untilLoginIsSaved(env: NodeJS.ProcessEnv, folder: string): Promise<void> {
  if (hasToken(env, folder)) return;
  const file = loginFiles(env).find((path) => isExpired(textOfFile(path)));
  if (file === undefined) return;
  const before = changedAt(file);
  for (let waited = 0; waited < patience && changedAt(file) === before; waited += interval)
    await sleep(interval, undefined, { ref: false });
  // A file that was just opened may not be written yet.
  await sleep(interval, undefined, { ref: false });
}

/** Whether wrangler uses a token instead of its login. */
function hasToken(env: NodeJS.ProcessEnv, folder: string): boolean {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key, CLOUDFLARE_EMAIL: email } = env;
  if (token || (key && email)) return true;
  return /^\s*(export\s+)?CLOUDFLARE_API_(TOKEN|KEY)\s*=/m.test(textOfFile(join(folder, ".env")));
}

/**
 * Where wrangler keeps its login: the folder of its first versions, and those of each operating system.
 * Source: `getGlobalWranglerConfigPath` of wrangler 3.114 to 4.164, with xdg-app-paths
 */
function loginFiles(env: NodeJS.ProcessEnv): string[] {
  const home = homedir();
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData } = env;
  const folders = [
    home,
    xdg || join(home, ".config"),
    join(home, "Library", "Preferences"),
    ...(appData ? [join(appData, "xdg.config")] : []),
  ];
  return folders.map((folder) => join(folder, ".wrangler", "config", "default.toml"));
}

/** Whether a login must be renewed before it can be used. */
function isExpired(login: string): boolean {
  if (!/^\s*refresh_token\s*=/m.test(login)) return false;
  const until = /^\s*expiration_time\s*=\s*"([^"]*)"/m.exec(login)?.[1];
  return until === undefined || !(Date.parse(until) > Date.now());
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
