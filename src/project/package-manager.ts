import { existsSync } from "node:fs";
import { join } from "node:path";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { majorOf } from "../lib/version.js";

const lockFiles = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
] as const;

/** A package manager by its command. */
export type PackageManager = (typeof lockFiles)[number][1];

/** The package manager of a project, by the lock file nearest to `folder`; npm if there is none. */
export function packageManagerOf(folder: string): PackageManager {
  for (const at of folderAndParents(folder)) {
    const found = lockFiles.find(([file]) => existsSync(join(at, file)));
    if (found !== undefined) return found[1];
  }
  return "npm";
}

/** The last wrangler that runs on Node 20; newer ones need Node 22. */
const lastForNode20 = "4.86.0";

/** The command that installs wrangler into a project, as separate words. */
export function installCommand(folder: string): [program: string, ...args: string[]] {
  const version = majorOf(process.versions.node) < 22 ? lastForNode20 : "4";
  const manager = packageManagerOf(folder);
  return manager === "npm"
    ? ["npm", "install", "--save-dev", `wrangler@${version}`]
    : [manager, "add", manager === "bun" ? "--dev" : "-D", `wrangler@${version}`];
}
