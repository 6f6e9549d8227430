import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

// Imports nothing from the rest of the program: any part of it may be what is missing.

/** The list of the package's files that the build writes; those in dist/ with their size in bytes. */
const list = "dist/files.json";

/**
 * Compares a package with the build's list: returns files that are missing, and those in dist/ that are truncated.
 * Files that users may change, such as migrations, are only checked for existence.
 * @param folder the package's, absolute
 * @returns paths within it
 */
export function missingFiles(folder: string): string[] {
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

/** How each package manager, identified by its lock file, reinstalls a folder's packages, whatever is there. */
const managers: [lockFile: string, command: (folder: string) => string][] = [
  ["package-lock.json", (folder) => `npm ci --prefix ${folder}`],
  ["pnpm-lock.yaml", (folder) => `pnpm --dir ${folder} install --force`],
  ["yarn.lock", (folder) => `yarn --cwd ${folder} install --force`],
  ["bun.lock", (folder) => `bun install --force --cwd ${folder}`],
];

/**
 * Returns the command that reinstalls a package.
 * @param folder the package's, absolute
 * @param spec its name and version
 * @param lost paths within it
 * @returns null if no single command can do it
 */
export function commandToReinstall(folder: string, spec: string, lost: string[]): string | null {
  const owner = /^(.*?)[\\/]node_modules[\\/]/.exec(folder)?.[1];
  if (owner === undefined) {
    // A checkout: git can restore what was not built.
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
