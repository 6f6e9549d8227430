import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { manifestOf } from "../lib/manifest.js";
import { fieldsOf } from "../lib/record.js";
import { compareVersions } from "../lib/version.js";
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
const oldest = "3.114";

/** Where Node searches for the package: in `node_modules` of a folder and of all its parents. */
function placesAbove(folder: string): string[] {
  return folderAndParents(folder).map((at) => join(at, "node_modules", "wrangler"));
}

/** The folder of the wrangler installed for a folder, as npx finds it; null if there is none. */
export function wranglerAbove(folder: string): string | null {
  return placesAbove(folder).find((place) => existsSync(join(place, "package.json"))) ?? null;
}

/**
 * The package that a project uses, searched from its config's folder, then from the user's current folder.
 * @returns null when it has none; there may still be a wrangler on PATH
 * @throws as `firstPackage`
 */
export function projectPackage(folder: string, cwd: string): WranglerPackage | null {
  return firstPackage([folder, cwd].flatMap(placesAbove));
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
  const { name, version, engines, main } = manifestOf(folder);
  if (name !== "wrangler" || typeof version !== "string") return null;
  refuseTooOld(version, folder);
  checkNode(version, fieldsOf(engines).node);
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

/**
 * Checks a wrangler's version.
 * @param folder where to install a newer one
 * @param command its path, as shown to people, if it is a command whose package is not known
 * @throws {Problem} WRANGLER_TOO_OLD
 */
export function refuseTooOld(version: string, folder: string, command: string | null = null): void {
  if (compareVersions(version, `${oldest}.0`) < 0)
    throw wranglerTooOld(version, oldest, installCommand(folder).join(" "), command);
}

/** Wrangler checks this too, but only once it has been started in vain. */
function checkNode(version: string, engines: unknown): void {
  const wanted = typeof engines === "string" ? /^>=\s*(\d+)(?:\.(\d+))?/.exec(engines) : null;
  if (wanted === null) return;
  const { node } = process.versions;
  const [major, minor] = [Number(wanted[1]), Number(wanted[2] ?? 0)];
  if (compareVersions(node, `${major}.${minor}.0`) < 0) throw nodeTooOld(version, [major, minor], node);
}
