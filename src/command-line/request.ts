import { statSync } from "node:fs";
import { isAbsolute, parse as parsePath, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { fromDeletedFolder } from "../messages/refusals.js";
import { jurisdictions, places } from "../messages/setup.js";
import {
  backupWithPreview,
  flagNeedsCommand,
  flagNotAllowed,
  invalidTimeout,
  locationAndJurisdiction,
  needsValue,
  noSuchFolder,
  persistToWithoutLocal,
  placeWithoutRemote,
  shortFlagWithEqualsSign,
  takesNoValue,
  twoLocations,
  unexpectedArgument,
  unknownCommand,
  unknownD1Location,
  unknownFlag,
  usage,
  valueBeginsWithEqualsSign,
} from "../messages/usage.js";
import { deployDateProblem } from "../plan/eras.js";
import { findStateFolder } from "../project/state-folder.js";
import type { Location } from "../project/targets.js";
import { type Command, defaultTimeoutSeconds, type Request } from "../run/request.js";
import { commands, type Flag, type FlagName, flags } from "./flags.js";
import { windowsPath } from "./typed-on-windows.js";

/**
 * Parses the command line.
 * @param argv the arguments after the program's name
 * @param startedIn the folder that the program was started in; null if it no longer exists
 * @param today `YYYY-MM-DD`, to refuse a deploy date in the future
 * @throws {Problem} USAGE; READ_ONLY when the state folder may not be read
 */
export function parseRequest(argv: string[], startedIn: string | null, today: string): Request {
  const { values, positionals } = parse(argv);
  const [word, ...more] = positionals;
  const command = commandNamed(word);
  // An error text may be given without quotes.
  if (command !== "explain" && more[0] !== undefined) throw unexpectedArgument(more[0]);
  const given = Object.keys(values) as FlagName[];
  for (const name of given) checkFlag(name, values[name], command);
  const text = (name: FlagName) => {
    const value = values[name];
    return typeof value === "string" ? value : null;
  };
  const path = (name: FlagName) => {
    const value = text(name);
    return value === null ? null : windowsPath(value, `--${name}`);
  };
  const [location = null, other] = (["local", "remote", "preview"] as const).filter((name) => values[name]);
  if (location !== null && other !== undefined) throw twoLocations(location, other);
  const cwd = folderOf(startedIn, path("cwd"), command);
  if (!isFolder(cwd)) throw noSuchFolder(text("cwd") ?? cwd);
  const persistTo = path("persist-to");
  if (persistTo !== null && location !== "local") throw persistToWithoutLocal();
  const backup = path("backup");
  if (text("d1-location") !== null && text("jurisdiction") !== null) throw locationAndJurisdiction();
  if (backup !== null && location === "preview") throw backupWithPreview();
  const snapshot = path("snapshot");
  checkTogether(given);
  return {
    command,
    location,
    all: values.all === true,
    binding: text("binding"),
    config: path("config"),
    env: text("env"),
    cwd,
    persistTo: persistTo === null ? null : findStateFolder(resolve(cwd, persistTo)).path,
    forVersion: text("for")?.replace(/^v(?=\d)/i, "") ?? null,
    deployed: dayOf(text("deployed"), today),
    dryRun: values["dry-run"] === true,
    yes: values.yes === true,
    d1Location: placeOf("d1-location", text("d1-location"), places, location),
    jurisdiction: placeOf("jurisdiction", text("jurisdiction"), jurisdictions, location),
    backup: backup === null ? null : resolve(cwd, backup),
    snapshot: snapshot === null || snapshot === "-" ? snapshot : resolve(cwd, snapshot),
    printQuery: values["print-query"] === true ? { persistTo } : null,
    text: more.length === 0 ? null : more.join(" "),
    json: values.json === true,
    plain: values.plain === true,
    color: values["no-color"] !== true,
    timeoutSeconds: secondsOf(text("timeout")),
    debug: values.debug === true,
  };
}

/**
 * The folder that paths are relative to. `explain` and `page` do the same in every folder, so they also work in a
 * deleted one.
 */
function folderOf(startedIn: string | null, wanted: string | null, command: Command): string {
  const from =
    startedIn ?? (command === "explain" || command === "page" ? parsePath(process.execPath).root : null);
  if (from === null && (wanted === null || !isAbsolute(wanted))) throw fromDeletedFolder();
  return resolve(from ?? "", wanted ?? "");
}

/** Refuses flags that make no sense together: two of these work without a database. */
function checkTogether(given: FlagName[]): void {
  const forbidden = {
    // Each database has its own deploy date.
    all: ["snapshot", "print-query", "deployed"],
    snapshot: ["local", "remote", "preview"],
    "print-query": ["snapshot", "deployed", "for", "json"],
  } as const;
  for (const [flag, others] of Object.entries(forbidden)) {
    const other = others.find((name) => given.includes(name));
    if (given.includes(flag as FlagName) && other !== undefined)
      throw flagNotAllowed(`--${flag}`, `--${other}`);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whatever the reason, it cannot be used.
    return false;
  }
}

function parse(argv: string[]) {
  const options: ParseArgsConfig["options"] = {};
  for (const [name, flag] of Object.entries<Flag>(flags))
    options[name] = {
      type: flag.value === undefined ? "boolean" : "string",
      ...(flag.short === undefined ? {} : { short: flag.short }),
    };
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    const flag = longName(/'(-[^' ]*)/.exec(message)?.[1] ?? "");
    // `-h=1` is read as the flags h, = and 1.
    if (flag.startsWith("-=")) throw shortFlagWithEqualsSign();
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw unknownFlag(flag);
    throw message.includes("does not take") ? takesNoValue(flag) : needsValue(flag);
  }
}

function longName(flag: string): string {
  const found = Object.entries<Flag>(flags).find(([, f]) => `-${f.short}` === flag.replace(/,$/, ""));
  return found === undefined ? flag : `--${found[0]}`;
}

function commandNamed(word: string | undefined): Command {
  if (word === undefined) return "upgrade";
  if (word === "upgrade" || !Object.hasOwn(commands, word)) throw unknownCommand(word);
  return word as Command;
}

function checkFlag(name: FlagName, value: unknown, command: Command): void {
  const { only } = flags[name] as Flag;
  if (only !== undefined && !only.includes(command))
    // Nobody types "upgrade": it is what runs without a command.
    throw command === "upgrade" ? flagNeedsCommand(`--${name}`, only) : flagNotAllowed(`--${name}`, command);
  if (value === "") throw needsValue(`--${name}`);
  if (typeof value === "string" && value.startsWith("=")) throw valueBeginsWithEqualsSign(`--${name}`);
}

function secondsOf(text: string | null): number {
  if (text === null) return defaultTimeoutSeconds;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw invalidTimeout(text);
  return Number(text);
}

/** Checks where to keep a new database; only a deployed one has a place. */
function placeOf(
  flag: FlagName,
  place: string | null,
  known: Record<string, string>,
  location: Location | null,
): string | null {
  if (place === null) return null;
  if (location === "local" || location === "preview") throw placeWithoutRemote(flag);
  if (!Object.hasOwn(known, place)) throw unknownD1Location(flag, Object.keys(known), place);
  return place;
}

function dayOf(text: string | null, today: string): string | null {
  if (text === null) return null;
  const wrong = deployDateProblem(text, today);
  if (wrong !== null) throw usage(wrong);
  return text;
}
