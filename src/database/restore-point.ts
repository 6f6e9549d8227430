import type { Connection } from "../project/connection.js";
import { wranglerCommand } from "./printed-command.js";

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
export function restorePointOf(
  { target }: Connection,
  bookmark: string,
  startedIn: string | null,
): RestorePoint {
  const words = ["d1", "time-travel", "restore", target.wranglerName];
  return { bookmark, command: wranglerCommand(words, target, startedIn, [`--bookmark=${bookmark}`]) };
}
