import { homedir } from "node:os";
import { resolve } from "node:path";

/**
 * Resolves a path that was typed or dragged into the terminal: with `~` for the home folder, in quotes, or with spaces
 * escaped by backslashes. There is no shell to interpret these.
 * @param typed what was typed, trimmed
 * @param cwd what a relative path is relative to
 * @returns an absolute path
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
