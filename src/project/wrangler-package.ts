import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { nodeTooOld, wranglerNotFound, wranglerTooOld } from "../words/wrangler.js";
import { installCommand } from "./package-manager.js";

/** The project's own wrangler, found without starting it. */
export interface WranglerPackage {
  /** Absolute path of the script that Node runs. */
  script: string;
  version: string;
}

/** Older ones keep and print their results in other ways. */
const oldest = { text: "3.114", major: 3, minor: 114 };

/**
 * Finds the wrangler that a project uses: in node_modules from the config's folder upward, then on PATH.
 * @param folders where to look first, absolute; each is tried with all its parents
 * @param path the PATH variable
 * @throws {Problem} WRANGLER_NOT_FOUND, WRANGLER_TOO_OLD, NODE_TOO_OLD
 */
export function findWrangler(folders: string[], path: string): WranglerPackage {
  const candidates = [
    ...folders.flatMap(upward),
    ...path.split(delimiter).filter(Boolean).flatMap(besidePath),
  ];
  for (const folder of candidates) {
    const found = readPackage(folder);
    if (found !== null) return found;
  }
  throw wranglerNotFound(installCommand(folders[0] ?? "/").join(" "));
}

/** The folder of the wrangler that is installed for a folder, as npx finds it; null where there is none. */
export function wranglerAbove(folder: string): string | null {
  return upward(folder).find((place) => existsSync(join(place, "package.json"))) ?? null;
}

function upward(folder: string): string[] {
  const parent = dirname(folder);
  return [join(folder, "node_modules", "wrangler"), ...(parent === folder ? [] : upward(parent))];
}

/** Where the package may lie for a command `wrangler` in a folder of PATH, on any system. */
function besidePath(bin: string): string[] {
  const places = [
    join(bin, "node_modules", "wrangler"),
    join(bin, "..", "lib", "node_modules", "wrangler"),
    join(bin, "..", "wrangler"),
  ];
  try {
    const command = realpathSync(join(bin, "wrangler"));
    places.unshift(...packagesNamedIn(command, bin), resolve(command, "..", ".."));
  } catch {
    // No such command in this folder of PATH; the next one may have it.
  }
  return places;
}

/** Bytes of a script that starts another one; what is larger is a program. */
const longestScript = 64 * 1024;
/** A script of the package, in any quotes or in none; pnpm's begin with where they are themselves. */
const scriptOfPackage =
  /(?:"([^"\n]+)"|'([^'\n]+)'|((?:\\ |[^\s"'])+))(?<=[\\/]wrangler[\\/](?:bin[\\/]wrangler|wrangler-dist[\\/]cli)\.js["']?)/g;

/**
 * The packages that a script names: what pnpm, Nix and people put on PATH instead of a link.
 * @param bin the folder on PATH that it was found in
 */
function packagesNamedIn(command: string, bin: string): string[] {
  if (statSync(command).size > longestScript) return [];
  const text = readFileSync(command, "utf8");
  if (!text.startsWith("#!")) return [];
  return [...text.matchAll(scriptOfPackage)].map(([, double, single, bare]) => {
    const path = (double ?? single ?? bare?.replaceAll("\\ ", " ") ?? "").replace(
      /^\$\{?basedir\}?(?=[\\/])/,
      bin,
    );
    return resolve(bin, path, "..", "..");
  });
}

function readPackage(folder: string): WranglerPackage | null {
  let text: string;
  try {
    text = readFileSync(join(folder, "package.json"), "utf8");
  } catch {
    return null;
  }
  let manifest: {
    name?: unknown;
    version?: unknown;
    engines?: { node?: unknown };
  } | null;
  try {
    manifest = JSON.parse(text);
  } catch {
    return null;
  }
  const { name, version, engines } = manifest ?? {};
  if (name !== "wrangler" || typeof version !== "string") return null;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor))
    throw wranglerTooOld(version, oldest.text, installCommand(folder).join(" "));
  checkNode(version, engines?.node);
  return { script: join(folder, "bin", "wrangler.js"), version };
}

/** Wrangler says it too, but only after a start that does nothing. */
function checkNode(version: string, engines: unknown): void {
  const wanted = typeof engines === "string" ? /^>=\s*(\d+)(?:\.(\d+))?/.exec(engines) : null;
  if (wanted === null) return;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = [Number(wanted[1]), Number(wanted[2] ?? 0)];
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw nodeTooOld(version, [needMajor, needMinor], process.versions.node);
}

/**
 * The wrangler of the project that a config belongs to.
 * @param configPath absolute path of the config
 * @param cwd where the user is
 * @param env its PATH is looked through last
 * @throws {Problem} as `findWrangler`
 */
export function wranglerOf(configPath: string, cwd: string, env: NodeJS.ProcessEnv): WranglerPackage {
  return findWrangler(wranglerFolders(configPath, cwd), env.PATH ?? "");
}

/** Where to look for a project's wrangler: from its config's folder, then from where the user is. */
export function wranglerFolders(configPath: string, cwd: string): string[] {
  return [dirname(configPath), cwd];
}
