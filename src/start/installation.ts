import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

// Nothing of the rest of the program is used here: any part of it may be what is lost.

/** The list of its files that the build writes; beside each of dist/ its size in bytes. */
const list = "dist/files.json";

/**
 * What a package has lost of what the build has listed: files that are gone, and those of dist/ that are cut off.
 * What people may change, as they may add a migration, is only looked for.
 * @param folder the package's, absolute
 * @returns paths within it
 */
export function lostFiles(folder: string): string[] {
  let files: [path: string, bytes: number | null][];
  try {
    files = JSON.parse(readFileSync(join(folder, list), "utf8"));
  } catch {
    return [list];
  }
  return files.flatMap(([path, bytes]) => {
    const file = statSync(join(folder, path), { throwIfNoEntry: false });
    return file?.isFile() && (bytes === null || file.size === bytes) ? [] : [path];
  });
}

/** How the package managers, by their lock files, install what a folder needs once more, whatever is there. */
const managers: [lockFile: string, command: (folder: string) => string][] = [
  ["package-lock.json", (folder) => `npm ci --prefix ${folder}`],
  ["pnpm-lock.yaml", (folder) => `pnpm --dir ${folder} install --force`],
  ["yarn.lock", (folder) => `yarn --cwd ${folder} install --force`],
  ["bun.lock", (folder) => `bun install --force --cwd ${folder}`],
];

/**
 * The command that installs a package once more.
 * @param folder the package's, absolute
 * @param spec its name and version
 * @param lost paths within it
 * @returns null where no command does it alone
 */
export function commandToReinstall(folder: string, spec: string, lost: string[]): string | null {
  const owner = /^(.*?)[\\/]node_modules[\\/]/.exec(folder)?.[1];
  if (owner === undefined) {
    // A checkout: git has what was not built.
    const tracked = lost.filter((path) => !path.startsWith("dist/"));
    return tracked.length === 0
      ? `npm ci --prefix ${inQuotes(folder)}`
      : `git -C ${inQuotes(folder)} restore ${tracked.join(" ")}`;
  }
  const manager = managers.find(([lockFile]) => existsSync(join(owner, lockFile)));
  if (manager !== undefined) return manager[1](inQuotes(owner));
  return existsSync(join(owner, "package.json")) ? null : `npm install --global ${spec}`;
}

function inQuotes(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `"${path}"`;
}
