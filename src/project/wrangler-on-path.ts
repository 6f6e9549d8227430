import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { isFile } from "./config-files.js";

/** What a PATH folder has under the name wrangler. */
export interface OnPath {
  /** Folders that may hold the package behind the command, the likeliest first. */
  packages: string[];
  /** The command's absolute path, as a shell would start it; null if there is none. */
  command: string | null;
  /** Whether it can be started without a shell. On Windows, scripts cannot. */
  startable: boolean;
}

/**
 * Searches each PATH folder for the command `wrangler`, without starting it.
 * @param env its PATH and PATHEXT
 * @returns one entry per PATH folder, in the order in which a shell searches them
 */
export function wranglersOnPath(env: NodeJS.ProcessEnv, platform = process.platform): OnPath[] {
  const names = platform === "win32" ? namesOnWindows(env) : ["wrangler"];
  const isCommand = platform === "win32" ? isFile : isExecutable;
  return foldersOf(env).map((bin) => {
    const commands = names.map((name) => join(bin, name)).filter((file) => isCommand(file));
    return onPath(bin, commands);
  });
}

/** Whether the user's own shell finds the command. Whatever runs this program may have prepended folders to PATH. */
export function isOnPath(env: NodeJS.ProcessEnv): boolean {
  return wranglersOnPath(env).some(
    ({ command }) => command !== null && !/[\\/]node_modules[\\/]\.bin[\\/]/.test(command),
  );
}

/** The folders of PATH, absolute. On Windows they may be in quotation marks. */
function foldersOf({ PATH = "" }: NodeJS.ProcessEnv): string[] {
  return PATH.split(delimiter)
    .map((folder) => folder.replace(/^"(.*)"$/, "$1"))
    .filter(Boolean)
    .map((folder) => resolve(folder));
}

/** The files that a shell on Windows may run for the word `wrangler`. */
function namesOnWindows({ PATHEXT = ".COM;.EXE;.BAT;.CMD" }: NodeJS.ProcessEnv): string[] {
  return [...PATHEXT.toLowerCase().split(";"), ".ps1"]
    .filter((extension) => /^\.\w+$/.test(extension))
    .map((extension) => `wrangler${extension}`);
}

/** @param commands the files in the PATH folder that a shell may run */
function onPath(bin: string, commands: string[]): OnPath {
  const startable = commands.find((file) => !isScript(file));
  return {
    packages: [...new Set([...commands, join(bin, "wrangler")])]
      .flatMap((file) => packagesOf(file, bin))
      .concat(
        join(bin, "node_modules", "wrangler"),
        join(bin, "..", "lib", "node_modules", "wrangler"),
        join(bin, "..", "wrangler"),
      ),
    command: startable ?? commands[0] ?? null,
    startable: startable !== undefined,
  };
}

/** Whether only a shell can start it. That is never done: a shell cuts SQL off at its first line break. */
function isScript(file: string): boolean {
  return /\.(cmd|bat|ps1)$/i.test(file);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}

/** Where the package behind a command may be: the command may name it, or be a link into it. */
function packagesOf(file: string, bin: string): string[] {
  try {
    const command = realpathSync(file);
    return [...packagesNamedIn(command, bin), resolve(command, "..", "..")];
  } catch {
    // No such command in this PATH folder; the next one may have it.
    return [];
  }
}

/** Maximum size in bytes of a script that starts another; anything larger is a program. */
const longestScript = 64 * 1024;
/** A script of the package, quoted or not; pnpm's start with the wrapper's own folder. */
const scriptOfPackage =
  /(?:"([^"\n]+)"|'([^'\n]+)'|((?:\\ |[^\s"'])+))(?<=[\\/]wrangler[\\/](?:bin[\\/]wrangler|wrangler-dist[\\/]cli)\.js["']?)/g;
/** How a script refers to its own folder: in sh, PowerShell and cmd. */
const itsOwnFolder = /^(?:\$\{?basedir\}?|\$PSScriptRoot|%~dp0|%dp0%)(?=[\\/]|(?<=%~dp0))/i;

/**
 * The packages that a script names: npm and pnpm on Windows, pnpm, Nix and users put scripts on PATH instead of links.
 * @param bin the folder on PATH that it was found in
 */
function packagesNamedIn(command: string, bin: string): string[] {
  if (statSync(command).size > longestScript) return [];
  const text = readFileSync(command, "utf8");
  const forWindows = isScript(command);
  if (!forWindows && !text.startsWith("#!")) return [];
  return [...text.matchAll(scriptOfPackage)].map(([, double, single, bare = ""]) => {
    const named = double ?? single ?? bare.replaceAll("\\ ", " ");
    const path = forWindows ? named.replaceAll("\\", "/") : named;
    return resolve(bin, path.replace(itsOwnFolder, `${bin}/`), "..", "..");
  });
}
