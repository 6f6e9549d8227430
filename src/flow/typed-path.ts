import { homedir } from "node:os";
import { resolve } from "node:path";

/**
 * A path as a person types it or drags it into a terminal: with `~` for the home folder, in quotes, or with spaces
 * behind backslashes. No shell is there to read these.
 * @param typed what was typed, trimmed
 * @param cwd where a relative one counts from
 * @returns absolute
 */
export function typedPath(
  typed: string,
  cwd: string,
  home = homedir(),
  platform: NodeJS.Platform = process.platform,
): string {
  const bare = /^(["'])(.+)\1$/.exec(typed)?.[2] ?? typed;
  const plain = platform === "win32" || bare !== typed ? bare : bare.replace(/\\(.)/g, "$1");
  return resolve(
    cwd,
    plain.replace(/^~(?=$|[\\/])/, () => home),
  );
}
