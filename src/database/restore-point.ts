import { quoted } from "../command-line/self.js";
import { isDefaultConfig } from "../project/config-files.js";
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
 */
export function restorePointOf({ target }: Connection, bookmark: string): RestorePoint {
  const words = [
    ...["npx", "wrangler", "d1", "time-travel", "restore", target.wranglerName],
    ...(isDefaultConfig(target.config) ? [] : [`--config=${target.config}`]),
    ...(target.env === null ? [] : [`--env=${target.env}`]),
    `--bookmark=${bookmark}`,
  ];
  return { bookmark, command: words.map(quoted).join(" ") };
}
