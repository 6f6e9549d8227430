import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { quoted } from "../quoted.js";
import type { Connection } from "./arguments.js";

/** The way back to how a remote database was just before a write. */
export interface RestorePoint {
  /** Cloudflare's Time Travel bookmark. */
  bookmark: string;
  /** The exact command that goes back. */
  command: string;
}

/**
 * The restore point of a bookmark.
 * @param connection a deployed database: Time Travel knows no others, and for a preview one it would act on
 *   production
 * @param startedIn the folder that the user is in; the command's config path counts from there
 */
export function restorePointOf({ target }: Connection, bookmark: string, startedIn: string): RestorePoint {
  const config = relative(startedIn, target.configPath) || target.configPath;
  const words = [
    ...["npx", "wrangler", "d1", "time-travel", "restore", target.wranglerName],
    ...(isWranglersChoice(target.configPath, startedIn) ? [] : ["--config", config]),
    // With CLOUDFLARE_ENV set, the top level has to be asked for too.
    ...(target.env === null && !process.env.CLOUDFLARE_ENV ? [] : [`--env=${target.env ?? ""}`]),
    `--bookmark=${bookmark}`,
  ];
  return { bookmark, command: words.map((word) => quoted(word)).join(" ") };
}

/** Whether wrangler, started in a folder, reads this config without being told: it prefers JSON. */
function isWranglersChoice(configPath: string, folder: string): boolean {
  const first = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"].find((name) =>
    existsSync(join(folder, name)),
  );
  return first !== undefined && join(folder, first) === configPath;
}
