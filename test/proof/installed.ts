import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** Something that cannot be had on this machine; the message says why, in one line. */
export class NotAvailable extends Error {}

/** Where the proofs keep what they install, from one run to the next. */
export const cacheFolder = join(
  process.env.KV_MANAGER_UPGRADE_CACHE ?? process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  "kv-manager-upgrade-proofs",
);

/** npm's settings for installs that nobody watches. */
const quiet = { npm_config_audit: "false", npm_config_fund: "false", npm_config_loglevel: "error" };

/**
 * Runs a command of npm's.
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

/** The newest version of a package. */
export async function newest(name: string): Promise<string> {
  mkdirSync(cacheFolder, { recursive: true });
  return (await npm(["view", `${name}@latest`, "version"], cacheFolder)).trim();
}

const installs = new Map<string, Promise<string>>();

/**
 * Installs one package into a folder of its own in the cache, unless it is there.
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
      // Under its name only when it is whole.
      renameSync(making, folder);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  return join(folder, "node_modules");
}

/**
 * A Node of a major version: the one that runs this, where it fits.
 * @returns the path of its program
 * @throws {NotAvailable} when it cannot be installed
 */
export async function nodeOf(major: number): Promise<string> {
  if (Number(process.versions.node.split(".")[0]) === major) return process.execPath;
  const folder = await installed(`node@${major}`);
  return join(folder, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}
