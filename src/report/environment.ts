import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { dirname, join, resolve } from "node:path";
import { wranglerForReport } from "../database/wrangler/find-wrangler.js";
import { runsInCi } from "../lib/ci.js";
import { messageOf } from "../lib/problem.js";
import { readConfigs } from "../project/config-files.js";
import { isKnownLocally } from "../project/local-state.js";
import { packageManagerOf } from "../project/package-manager.js";
import { configName, targetsOf } from "../project/targets.js";
import type { Request } from "../run/request.js";
import type { ToolInfo } from "../screen/json-output.js";

/** What a part of the report found, or why it failed. */
export type Part<T> = { found: T } | { failed: string };

/** One database of a config. */
export interface FoundDatabase {
  env: string | null;
  binding: string;
  database: string | null;
  /** Shortened when shown or written, like every id. */
  databaseId: string | null;
  previewDatabaseId: string | null;
  /** Whether its local copy was ever written to; null if only wrangler knows. */
  localCopy: boolean | null;
}

/** What can be known without a database. */
export interface Environment {
  tool: string;
  node: string;
  system: string;
  packageManager: string;
  wrangler: Part<string>;
  /** The project's own name and version from its package.json; null without one. */
  project: Part<string | null>;
  /** Useful context: a terminal, CI, a container, which variables are set (never their values). */
  surroundings: string[];
  configs: Part<{
    files: { config: string; databases: FoundDatabase[] }[];
    broken: { config: string; problem: string }[];
  }>;
}

/**
 * Collects what can be known without a database. Nothing is started or contacted; a part that fails says so in its
 * place.
 */
export function collectEnvironment(request: Request, tool: ToolInfo, env: NodeJS.ProcessEnv): Environment {
  const { cwd } = request;
  const configs = attempt(() => configsOf(request));
  const folder =
    "found" in configs && configs.found.files[0] !== undefined
      ? dirname(resolve(cwd, configs.found.files[0].config))
      : cwd;
  return {
    tool: tool.version,
    node: process.versions.node,
    system: `${process.platform} ${process.arch}, ${release()}`,
    packageManager: packageManagerText(folder, env),
    wrangler: attempt(() => wranglerForReport(folder, cwd, env)),
    project: attempt(() => projectText(folder)),
    surroundings: surroundingsOf(env),
    configs,
  };
}

function attempt<T>(find: () => T): Part<T> {
  try {
    return { found: find() };
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

function configsOf({ cwd, config, persistTo }: Request) {
  const configs = readConfigs(cwd, config);
  const targets = targetsOf(configs, cwd);
  return {
    files: configs.files.map(({ path }) => ({
      config: configName(path, cwd),
      databases: targets
        .filter((t) => t.configPath === path)
        .map((t) => ({
          ...{ env: t.env, binding: t.binding, database: t.database },
          ...{ databaseId: t.databaseId, previewDatabaseId: t.previewDatabaseId },
          localCopy: isKnownLocally(t, persistTo),
        })),
    })),
    broken: configs.broken.map(({ path, problem }) => ({
      config: configName(path, cwd),
      problem: problem.message,
    })),
  };
}

/** The package manager by its lock file, and the one that started this program, if it gives its version. */
function packageManagerText(folder: string, env: NodeJS.ProcessEnv): string {
  const started = /^(\S+)\/(\S+)/.exec(env.npm_config_user_agent ?? "");
  const version = started === null ? "" : `, started by ${started[1]} ${started[2]}`;
  return `${packageManagerOf(folder)}${version}`;
}

/** Only the name and version from the folder's package.json, and only if they are strings. */
function projectText(folder: string): string | null {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return null;
  const { name, version } = (JSON.parse(readFileSync(path, "utf8")) ?? {}) as Record<string, unknown>;
  return [name, version].filter((text) => typeof text === "string").join(" ") || null;
}

/** Variables that change what wrangler does, and may cause a failure. */
const telling =
  /^(CLOUDFLARE_\w+|CF_\w+|WRANGLER_\w+|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NODE_TLS_REJECT_UNAUTHORIZED)$/i;

function surroundingsOf(env: NodeJS.ProcessEnv): string[] {
  const { stdin, stdout, stderr } = process;
  const terminals = Object.entries({ stdin, stdout, stderr }).filter(([, stream]) => stream.isTTY);
  const names = Object.keys(env).filter((name) => telling.test(name) && env[name]);
  const container =
    existsSync("/.dockerenv") || existsSync("/run/.containerenv") || Boolean(env.KUBERNETES_SERVICE_HOST);
  return [
    terminals.length > 0
      ? `terminal on ${terminals.map(([name]) => name).join(", ")}${stdout.columns ? ` (${stdout.columns} columns)` : ""}`
      : "no terminal",
    ...(env.TERM ? [`TERM ${env.TERM}`] : []),
    ...(runsInCi(env) ? ["CI is set"] : []),
    ...(container ? ["in a container"] : []),
    ...(/microsoft/i.test(release()) ? ["in WSL"] : []),
    ...(names.length > 0 ? [`set: ${names.sort().join(", ")}`] : []),
  ];
}
