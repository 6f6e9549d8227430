import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Cancelled, Problem } from "../../lib/problem.js";
import {
  itSaid,
  noAnswerWithin,
  notAsked,
  onlyThroughShell,
  wranglerNotFound,
  wranglerUnusable,
} from "../../messages/wrangler.js";
import { installCommand } from "../../project/package-manager.js";
import { type OnPath, wranglersOnPath } from "../../project/wrangler-on-path.js";
import {
  firstPackage,
  projectPackage,
  refuseTooOld,
  type WranglerPackage,
} from "../../project/wrangler-package.js";
import { childEnvironment } from "../child-environment.js";
import { failureFrom, recognizeFailure, summarize } from "../failures.js";
import { type ProcessAnswer, runProcess } from "../process.js";

/** The wrangler that a project uses. */
export interface ProjectWrangler {
  /** The absolute command that starts it: Node with the package's script, or a command from PATH. */
  command: [program: string, ...args: string[]];
  /** The package's folder, absolute; null for a command whose package is not known. */
  folder: string | null;
  version: string;
}

/**
 * Finds the wrangler that a project uses: its package in node_modules from the config's folder upward, then from the
 * user's; or else what PATH has. Only a command whose package is not known is started, to ask for its version.
 * @param configPath absolute path of the config
 * @param cwd the user's current folder
 * @param env the program's environment
 * @param signal aborts asking for the version
 * @throws {Problem} WRANGLER_NOT_FOUND, WRANGLER_TOO_OLD, NODE_TOO_OLD
 * @throws {Cancelled} when `signal` has fired
 */
export async function wranglerOf(
  configPath: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | null = null,
): Promise<ProjectWrangler> {
  const project = dirname(configPath);
  let problem: Problem | null = null;
  for (const found of wranglersFor(project, cwd, env)) {
    if ("folder" in found) {
      const { folder, start, version } = found;
      return { command: [process.execPath, ...start], folder, version };
    }
    const asked = await ask(found, project, env, signal);
    if (asked instanceof Problem) problem ??= asked;
    else if (asked !== null) return asked;
  }
  throw problem ?? wranglerNotFound(installCommand(project).join(" "));
}

/** A project's possible wranglers, the likeliest first: a package, or a command whose package is not known. */
function* wranglersFor(
  folder: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Generator<WranglerPackage | OnPath> {
  const own = projectPackage(folder, cwd);
  if (own !== null) yield own;
  for (const onPath of wranglersOnPath(env)) yield firstPackage(onPath.packages) ?? onPath;
}

/** Versions that commands reported, by folder and command: a run asks each only once. */
const versions = new Map<string, string>();
const keyOf = (command: string, folder: string) => `${folder}\n${command}`;

/** Seconds to wait for an answer: a shim may have to load, or even download, what it stands for. */
const patience = 60;

/**
 * Asks a command for its version, in the folder that it will run in: that decides which wrangler a version manager's
 * shim starts.
 * @returns null if there is no command; a problem if it cannot be used
 * @throws {Problem} WRANGLER_TOO_OLD, NODE_TOO_OLD
 */
async function ask(
  { command, startable }: OnPath,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | null,
): Promise<ProjectWrangler | Problem | null> {
  if (command === null) return null;
  const install = installCommand(folder).join(" ");
  if (!startable) return onlyThroughShell(command, install);
  const key = keyOf(command, folder);
  let version = versions.get(key) ?? null;
  if (version === null) {
    const answer = await runProcess([command, "--version"], {
      ...{ cwd: folder, env: childEnvironment(env), timeoutSeconds: patience, abort: signal },
    });
    if (answer.ended === "aborted") throw new Cancelled();
    version = answer.exitCode === 0 ? versionIn(answer.stdout) : null;
    if (version === null) return unusable(command, answer, install);
    versions.set(key, version);
  }
  refuseTooOld(version, folder, command);
  return { command: [command], folder: null, version };
}

/** The version in wrangler's output: alone on a line, or after its name. */
function versionIn(text: string): string | null {
  const number = String.raw`v?(\d+\.\d+\.\d+(?:-[\w.]+)?)`;
  const found = new RegExp(`^${number}\\s*$|\\bwrangler[ /@]${number}`, "m").exec(
    stripVTControlCharacters(text),
  );
  return found?.[1] ?? found?.[2] ?? null;
}

/** Why a command cannot be used, in its own words. */
function unusable(command: string, { ended, stdout, stderr }: ProcessAnswer, install: string): Problem {
  const text = stripVTControlCharacters(`${stderr}\n${stdout}`).trim();
  if (recognizeFailure(text)?.code === "NODE_TOO_OLD") return failureFrom({ text });
  const why = ended === "timeout" && text === "" ? noAnswerWithin(patience) : itSaid(summarize(text));
  return wranglerUnusable(command, why, install);
}

/**
 * What is known about a project's wrangler without starting it, for a report.
 * @param folder the config's, absolute
 * @param cwd as for `wranglerOf`
 * @returns its version; if that was never asked for, the command
 * @throws {Problem} as `wranglerOf`
 */
export function wranglerForReport(folder: string, cwd: string, env: NodeJS.ProcessEnv): string {
  for (const found of wranglersFor(folder, cwd, env)) {
    if ("folder" in found) return found.version;
    const { command } = found;
    if (command !== null) return versions.get(keyOf(command, folder)) ?? notAsked(command);
  }
  throw wranglerNotFound(installCommand(folder).join(" "));
}
