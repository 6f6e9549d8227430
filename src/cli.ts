#!/usr/bin/env node
// The entry point; it sets the final exit code. Everything heavy is imported only when needed, so that --help and
// --version cost little more than starting Node.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cannotStart, damaged, installAgain } from "./messages/installation.js";
import { commandToReinstall, missingFiles } from "./start/installation.js";

const argv = process.argv.slice(2);
const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const { name, version, engines, isLost } = ownManifest();
const end = argv.indexOf("--");
const words = argv.slice(0, end === -1 ? argv.length : end);
// Alone, or combined with other switches: -yh.
const wants = (long: string, short: RegExp) => words.some((word) => word === long || short.test(word));

const wantsVersion = wants("--version", /^-y*v[yv]*$/);

// `--help | head` closes the pipe early, which is not a failure.
process.stdout.on("error", () => {});

void start();

async function start(): Promise<void> {
  if (isTooOld(process.versions.node, engines.node)) {
    process.stderr.write(
      `${name} needs Node ${engines.node.slice(2)} or newer; this is Node ${process.versions.node}.\n` +
        `Nothing was changed. Install a newer Node (for example with "nvm install 22"), then run this again.\n`,
    );
    process.exitCode = 1;
    return;
  }
  // The version can be shown without the rest.
  const lost = wantsVersion && !isLost ? [] : missingFiles(folder);
  if (isLost) lost.unshift("package.json");
  // Before anything is started without them.
  if (lost.length > 0) process.exitCode = tellToReinstall(damaged(name, lost), lost);
  else if (wants("--help", /^-[yv]*h[yhv]*$/)) {
    const { helpText } = await import("./command-line/help.js");
    process.stdout.write(helpText());
  } else if (wantsVersion) {
    process.stdout.write(`${version}\n`);
  } else {
    // The libraries for prompts and tables read these on their own, and disagree if both are set.
    if (words.includes("--no-color")) process.env.NO_COLOR = "1";
    if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;
    // If the program ever ends without a result, that is not a success.
    process.exitCode = 1;
    process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
      // A closed terminal: the code that uses it is notified too, and shuts down cleanly.
      if (error.code === "EIO") return;
      void fail(error).then(process.exit, () => process.exit(1));
    });
    try {
      const { main } = await import("./main.js");
      process.exitCode = await main(argv, { name, version });
    } catch (error) {
      process.exitCode = await fail(error);
    }
  }
}

/** @returns the exit code */
async function fail(error: unknown): Promise<number> {
  try {
    const { lastCatch } = await import("./start/last-catch.js");
    return await lastCatch(error, words, { name, version });
  } catch {
    // All its files are there, but it cannot be loaded.
    const why = error instanceof Error ? error.message : String(error);
    return tellToReinstall(cannotStart(name, why), []);
  }
}

/** What the package's own manifest says. */
function ownManifest(): { name: string; version: string; engines: { node: string }; isLost: boolean } {
  try {
    return { ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")), isLost: false };
  } catch {
    return { name: "kv-manager-upgrade", version: "latest", engines: { node: ">=0" }, isLost: true };
  }
}

/** Says what is wrong with the installation, and how to repair it. @returns the exit code */
function tellToReinstall(what: string, lost: string[]): number {
  const command = commandToReinstall(folder, `${name}@${version}`, lost);
  process.stderr.write(`${what}\n${installAgain(command, folder)}\n`);
  return 1;
}

function isTooOld(node: string, wanted: string): boolean {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [needMajor = 0, needMinor = 0] = wanted.slice(2).split(".").map(Number);
  return major < needMajor || (major === needMajor && minor < needMinor);
}
