import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { nodeTooOld, wranglerTooOld } from "../messages/wrangler.js";
import { installCommand } from "./package-manager.js";

/** An installed wrangler package, found without starting it. */
export interface WranglerPackage {
  /** Absolute, with links followed: its dependencies are beside the real one. */
  folder: string;
  /** Node's arguments to run it: flags, and the absolute path of a script. */
  start: string[];
  version: string;
}

/** The oldest supported version: older ones store and print their results differently. */
const oldest = { text: "3.114", major: 3, minor: 114 };

/** Where to search for a project's wrangler: from its config's folder, then from the user's current folder. */
export function wranglerFolders(configPath: string, cwd: string): string[] {
  return [dirname(configPath), cwd];
}

/** Where Node searches for the package: in `node_modules` of a folder and of all its parents. */
function placesAbove(folder: string): string[] {
  const parent = dirname(folder);
  return [join(folder, "node_modules", "wrangler"), ...(parent === folder ? [] : placesAbove(parent))];
}

/** The folder of the wrangler installed for a folder, as npx finds it; null if there is none. */
export function wranglerAbove(folder: string): string | null {
  return placesAbove(folder).find((place) => existsSync(join(place, "package.json"))) ?? null;
}

/**
 * The package that a project uses.
 * @returns null when it has none; there may still be a wrangler on PATH
 * @throws as `firstPackage`
 */
export function projectPackage(configPath: string, cwd: string): WranglerPackage | null {
  return firstPackage(wranglerFolders(configPath, cwd).flatMap(placesAbove));
}

/**
 * Returns the package from the first of the folders that has it.
 * @returns null when none has
 * @throws {Problem} WRANGLER_TOO_OLD, NODE_TOO_OLD
 */
export function firstPackage(folders: string[]): WranglerPackage | null {
  for (const folder of folders) {
    const found = readPackage(folder);
    if (found !== null) return found;
  }
  return null;
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
    main?: unknown;
  } | null;
  try {
    manifest = JSON.parse(text);
  } catch {
    return null;
  }
  const { name, version, engines, main } = manifest ?? {};
  if (name !== "wrangler" || typeof version !== "string") return null;
  if (isTooOld(version)) throw wranglerTooOld(version, oldest.text, installCommand(folder).join(" "));
  checkNode(version, engines?.node);
  const real = realpathSync(folder);
  return { folder: real, start: startOf(real, main), version };
}

/**
 * The package's `main` with the flags that its launcher passes, since the launcher only starts a second Node. If there
 * is no such file, the launcher.
 * Source: bin/wrangler.js of wrangler 3.114 to 4.164
 */
function startOf(folder: string, main: unknown): string[] {
  const script = typeof main === "string" ? join(folder, main) : null;
  if (script !== null && existsSync(script)) return ["--no-warnings", "--experimental-vm-modules", script];
  return [join(folder, "bin", "wrangler.js")];
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < oldest.major || (major === oldest.major && minor < oldest.minor);
}

/**
 * The same check for a command whose package is not known.
 * @param command its path, as shown to people
 * @param folder the project's
 * @throws {Problem} WRANGLER_TOO_OLD
 */
export function checkVersion(version: string, command: string, folder: string): void {
  if (isTooOld(version))
    throw wranglerTooOld(version, oldest.text, installCommand(folder).join(" "), command);
}

/** Wrangler checks this too, but only once it has been started in vain. */
function checkNode(version: string, engines: unknown): void {
  const wanted = typeof engines === "string" ? /^>=\s*(\d+)(?:\.(\d+))?/.exec(engines) : null;
  if (wanted === null) return;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = [Number(wanted[1]), Number(wanted[2] ?? 0)];
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw nodeTooOld(version, [needMajor, needMinor], process.versions.node);
}
