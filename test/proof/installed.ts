import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** Something is not available on this machine; the message says why, in one line. */
export class NotAvailable extends Error {}

/** Where the proofs keep what they install between runs. */
export const cacheFolder = join(
  process.env.KV_MANAGER_UPGRADE_CACHE ?? process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  "kv-manager-upgrade-proofs",
);

/** npm's settings for unattended installs. */
const quiet = { npm_config_audit: "false", npm_config_fund: "false", npm_config_loglevel: "error" };

/**
 * Runs an npm command.
 * @returns what it printed
 * @throws {NotAvailable} when it fails
 */
export async function npm(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { failed, stdout, stderr, shortMessage } = await execa("npm", args, {
    cwd,
    env: { ...quiet, ...env },
    reject: false,
    stdin: "ignore",
  });
  if (!failed) return stdout;
  const said = /^npm error (?!code)(.+)$/m.exec(stderr)?.[1];
  throw new NotAvailable(said ?? shortMessage ?? "npm failed");
}

/** Returns the newest version of a package. */
export async function newest(name: string): Promise<string> {
  mkdirSync(cacheFolder, { recursive: true });
  return (await npm(["view", `${name}@latest`, "version"], cacheFolder)).trim();
}

const installs = new Map<string, Promise<string>>();

/**
 * Installs one package into its own folder in the cache, unless it is already there.
 * @param spec a name with a version: `wrangler@4.48.0`
 * @param env added to the environment of npm
 * @returns the folder's node_modules
 * @throws {NotAvailable} when it cannot be installed
 */
export function installed(spec: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const known = installs.get(spec) ?? install(spec, env);
  installs.set(spec, known);
  return known;
}

async function install(spec: string, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = join(cacheFolder, spec.replace(/[^\w.-]+/g, "_"));
  if (!existsSync(folder)) {
    const making = `${folder}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    try {
      writeFileSync(join(making, "package.json"), '{ "private": true }\n');
      await npm(["install", "--no-package-lock", spec], making, env);
      // It gets its name only when it is complete.
      renameSync(making, folder);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  return join(folder, "node_modules");
}

/**
 * Returns a Node of a major version: the running one if it matches.
 * @returns the path of its program
 * @throws {NotAvailable} when it cannot be installed
 */
export async function nodeOf(major: number): Promise<string> {
  if (Number(process.versions.node.split(".")[0]) === major) return process.execPath;
  const folder = await installed(`node@${major}`);
  return join(folder, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}
