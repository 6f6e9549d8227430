import type { Connection } from "../project/connection.js";
import { wranglerCommand } from "./printed-command.js";

/** The state of a remote database just before a write, and how to restore it. */
export interface RestorePoint {
  /** Cloudflare's Time Travel bookmark. */
  bookmark: string;
  /** The exact restore command. */
  command: string;
}

/**
 * The restore point of a bookmark.
 * @param connection a deployed database: Time Travel supports no others, and for a preview one it would act on
 *   production
 * @param startedIn the user's current folder; the command's config path is relative to it
 */
export function restorePointOf(
  { target }: Connection,
  bookmark: string,
  startedIn: string | null,
): RestorePoint {
  const words = ["d1", "time-travel", "restore", target.wranglerName];
  return { bookmark, command: wranglerCommand(words, target, startedIn, [`--bookmark=${bookmark}`]) };
}
