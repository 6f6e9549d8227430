import { Problem } from "../lib/problem.js";
import { commandLine, shellQuote } from "../lib/shell-quote.js";
import { indented } from "./shared.js";

/** `--persist-to` names a file. */
export function stateIsNoFolder(path: string): Problem {
  return new Problem(
    "USAGE",
    `${path} is not a folder, so it cannot hold a local database.`,
    "Give --persist-to the folder that is mounted into the container.",
  );
}

/** A folder that this user cannot list. */
export function stateNotReadable(path: string): Problem {
  return new Problem(
    "READ_ONLY",
    `${path} cannot be read by this user, so its databases cannot be found.`,
    "Run this again as the user who owns the folder, or with permission to read and write it.",
  );
}

/** A folder that holds more than one local state. */
export function severalStates(path: string, found: string[]): Problem {
  return new Problem(
    "USAGE",
    `${path} holds ${found.length} local states with D1 databases.`,
    `Choose one:\n${indented(found.map((folder) => `--persist-to ${shellQuote(folder)}`))}`,
  );
}

/**
 * A folder that is part of a local state, under a name where wrangler does not look.
 * @param path the folder
 * @param part the path that it has in a state, below the folder that wrangler is given: `v3`
 */
export function stateUnderOtherName(path: string, part: string, platform = process.platform): Problem {
  const link = linkCommand(path, `state/${part}`, platform);
  return new Problem(
    "USAGE",
    `${path} is the "${part}" folder of a local state, but renamed, so wrangler does not find it.`,
    `Create a link with the name that wrangler expects (nothing is copied), then run this again with --persist-to state:\n  ${link}`,
  );
}

/**
 * Returns the command that creates a link to a folder. No such command works in both Windows shells, but both can start
 * Node: cmd's `mkdir` reads a slash as the start of a switch, and PowerShell has no `mklink`, nor `&&` in older
 * versions.
 */
function linkCommand(path: string, link: string, platform: NodeJS.Platform): string {
  const parent = link.split("/").slice(0, -1).join("/");
  if (platform !== "win32") return `mkdir -p ${parent} && ln -s ${shellQuote(path)} ${shellQuote(link)}`;
  // Slashes, which Node accepts on Windows too: backslashes would have to be doubled.
  const text = (word: string) => `'${word.replaceAll("\\", "/").replaceAll("'", "\\'")}'`;
  return `node -e "fs.mkdirSync(${text(parent)},{recursive:true});fs.symlinkSync(${text(path)},${text(link)},'junction')"`;
}

/** A state folder that was never used, or not a state folder at all. */
export function noDatabasesThere(folder: string): string {
  return `${folder} contains no D1 database: it is new, or not a local state folder (.wrangler/state).`;
}

/**
 * The folder has other databases of the project, and the intended one would be created next to them.
 * @param there the existing ones, one line each
 * @param bound what is meant, in one line
 */
export function wouldCreateDatabase(folder: string, there: string[], bound: string): string {
  return `${folder} does not contain ${bound}, which would be created as a new database. If you meant one of these, name it with --binding:\n${indented(there)}`;
}

/**
 * The folder has databases, but not the intended one: a write would create another that nothing uses.
 * @param folder the state folder
 * @param count how many databases it has
 * @param bound what is meant, in one line
 * @param fitting the databases in the configs that the folder does have, one line each
 */
export function otherDatabases(folder: string, count: number, bound: string, fitting: string[]): Problem {
  const has = count === 1 ? "1 D1 database, and it is not" : `${count} D1 databases, and none is`;
  return new Problem(
    "DATABASE_NOT_FOUND",
    `${folder} has ${has} the one that is bound: ${bound}.`,
    fitting.length === 0
      ? "With --config, name the config that the container uses: wrangler finds a local database by the id in its config."
      : `It contains these; choose one with --binding (and --config):\n${indented(fitting)}`,
  );
}

/** Shown before a write to a folder that a container may be using. */
export function stopContainerFirst(folder: string): string {
  return [
    `If a container uses ${folder}, stop it first (docker compose stop).`,
    "If it holds a lock, this ends with BUSY and nothing is changed.",
  ].join(" ");
}

/**
 * Why the container's own wrangler is the safer choice, and how to use it. CONTAINER stands for its name.
 * @param setsUp whether it is a first setup
 * @param flags the flags that name the database
 */
export function useContainersWrangler(setsUp: boolean, flags: string[]): string {
  const words = commandLine([...(setsUp ? ["setup"] : []), "--local", ...flags]);
  return [
    "A wrangler newer than the container's can leave files that the older one cannot read. If their versions",
    "differ, install the container's version here. KV Manager's own image is built on Alpine, where wrangler's local",
    "engine does not start; if the image has glibc, you can instead run the upgrade inside the running container:",
    `\n  docker exec -it CONTAINER npx kv-manager-upgrade@latest ${words}`,
  ].join(" ");
}

/**
 * Shown after a run as a root user that cannot change owners. KV Manager would fail later on files that its user cannot
 * write.
 * @param files absolute paths, each with the owner it should have
 */
export function ownersNotKept(files: { path: string; owner: string }[]): string {
  const owners = [...new Set(files.map((file) => file.owner))];
  const commands = owners.map((owner) => {
    const paths = files.filter((file) => file.owner === owner).map((file) => file.path);
    return `chown ${owner} ${commandLine(paths)}`;
  });
  const them = files.length === 1 ? "One file" : `${files.length} files`;
  return [
    `${them} of the local state could not be given back to the folder's owner, because root may not change owners here.`,
    `If KV Manager runs as that user, run this where root may change owners:\n${indented(commands)}`,
  ].join(" ");
}

/** Shown after a write to such a folder. @param setsUp whether it was a first setup */
export const restartContainer = (setsUp: boolean) =>
  `Next: if a container uses this folder, ${setsUp ? "start it again now (docker compose start)" : "start it with the new version of KV Manager now (docker compose pull, then docker compose up -d)"}.`;
