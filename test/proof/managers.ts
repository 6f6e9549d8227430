import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { plainEnvironment } from "../support/cli.js";
import { packageFolder } from "../support/project.js";
import { cacheFolder, installed, NotAvailable, newest, npm } from "./installed.js";

/** The result of a run of the installed program. */
export interface Started {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A package manager that can install the packed program into an empty project. */
export interface Manager {
  name: string;
  /** How it starts an installed program: `pnpm exec`. */
  starter: string;
  /**
   * Installs the packed program, as a user would.
   * @param more additional packages, each with its version
   * @throws {NotAvailable} when the manager itself cannot be installed
   */
  install(
    cwd: string,
    more: string[],
  ): Promise<{ version: string; start: (args: string[]) => Promise<Started> }>;
}

let packed: Promise<string> | null = null;

/** The file that `npm publish` would send, created once. */
export function packedFile(): Promise<string> {
  packed ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "pack-"));
    // Our own package is always available: if this fails, the package is at fault.
    const args = ["pack", "--ignore-scripts", "--json", `--pack-destination=${folder}`];
    const { stdout: said } = await execa("npm", args, { cwd: packageFolder });
    const [file] = Object.values(JSON.parse(said)) as { filename: string }[];
    return join(folder, file?.filename ?? "");
  })();
  return packed;
}

/** Settings for npm, pnpm, yarn and bun: where to fetch from, and where to keep what they fetched. */
async function settings(): Promise<NodeJS.ProcessEnv> {
  const registry = (await npm(["config", "get", "registry"], packageFolder)).trim().split("\n").at(-1);
  return {
    ...plainEnvironment(),
    ...{ npm_config_registry: registry, YARN_NPM_REGISTRY_SERVER: registry, BUN_CONFIG_REGISTRY: registry },
    ...{ npm_config_audit: "false", npm_config_fund: "false" },
    ...{ YARN_GLOBAL_FOLDER: join(cacheFolder, "yarn"), YARN_ENABLE_TELEMETRY: "0" },
    ...{ YARN_NODE_LINKER: "node-modules", YARN_ENABLE_IMMUTABLE_INSTALLS: "false" },
    ...{ BUN_INSTALL_CACHE_DIR: join(cacheFolder, "bun-cache"), CI: "true" },
  };
}

function manager(
  name: string,
  starter: string,
  how: {
    /** The command and its first arguments. */
    command: () => Promise<string[]>;
    add: (file: string) => string[];
    start: string[] | (() => Promise<string[]>);
  },
): Manager {
  return {
    name,
    starter,
    install: async (cwd, more) => {
      const command = await how.command();
      const env = await settings();
      const run = async ([program = "", ...args]: string[]) => {
        const { exitCode, stdout, stderr, shortMessage } = await execa(program, args, {
          ...{ cwd, env, extendEnv: false, stdin: "ignore", reject: false },
        });
        return { code: exitCode ?? null, stdout, stderr: `${stderr}\n${shortMessage ?? ""}` };
      };
      writeFileSync(join(cwd, "package.json"), '{ "name": "empty", "version": "1.0.0", "private": true }\n');
      // Otherwise yarn treats a parent folder as the project.
      if (name === "yarn") writeFileSync(join(cwd, "yarn.lock"), "");
      // Otherwise pnpm exits with 1 for install scripts that it skips; nothing here needs them.
      if (name === "pnpm")
        writeFileSync(
          join(cwd, "pnpm-workspace.yaml"),
          `strictDepBuilds: false\nstoreDir: ${JSON.stringify(join(cacheFolder, "pnpm-store"))}\n`,
        );
      const { stdout: version, code } = await run([...command, "--version"]);
      if (code !== 0) throw new NotAvailable(`${name} does not start here`);
      const added = await run([...command, ...how.add(await packedFile()), ...more]);
      if (added.code !== 0)
        throw new Error(`${name} could not install it:\n${added.stdout}\n${added.stderr}`);
      const start = typeof how.start === "function" ? await how.start() : [...command, ...how.start];
      return {
        version: version.trim(),
        start: (args) => run([...start, "kv-manager-upgrade", ...args]),
      };
    },
  };
}

/** A manager's command, in its newest version, from the cache. */
async function command(name: string, bin = name): Promise<string[]> {
  return [join(await installed(`${name}@${await newest(name)}`), ".bin", bin)];
}

/** All package managers that KV Manager's users have. */
export const managers: Manager[] = [
  manager("npm", "npx", {
    command: async () => ["npm"],
    add: (file) => ["install", "--save-dev", file],
    start: async () => ["npx", "--no", "--"],
  }),
  manager("pnpm", "pnpm exec", {
    command: () => command("pnpm"),
    add: (file) => ["add", "--save-dev", file],
    start: ["exec"],
  }),
  manager("yarn", "yarn run", {
    command: () => command("@yarnpkg/cli-dist", "yarn"),
    add: (file) => ["add", "--dev", `kv-manager-upgrade@file:${file}`],
    start: ["run"],
  }),
  manager("bun", "bunx", {
    command: () => command("bun"),
    add: (file) => ["add", "--dev", file],
    start: ["x", "--no-install"],
  }),
];
