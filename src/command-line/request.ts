import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { addDays, isDay } from "../day.js";
import { Problem } from "../problem.js";
import { findStateFolder } from "../project/state-folder.js";
import type { Location } from "../project/targets.js";
import { jurisdictions, places } from "../words/setup.js";
import { type Command, commands, type Flag, type FlagName, flags } from "./flags.js";

/** What the command line asks for, checked. Paths are absolute but for `config`, which is shown to people. */
export interface Request {
  command: Command;
  location: Location | null;
  binding: string | null;
  config: string | null;
  env: string | null;
  cwd: string;
  persistTo: string | null;
  /** `YYYY-MM-DD`. */
  deployed: string | null;
  dryRun: boolean;
  yes: boolean;
  /** Where a new database is to be kept: a location hint, or a jurisdiction. */
  d1Location: string | null;
  jurisdiction: string | null;
  /** Absolute path of the file to export to first. */
  backup: string | null;
  json: boolean;
  /** False with `--no-color`. */
  color: boolean;
  timeoutSeconds: number;
  debug: boolean;
}

const defaultTimeoutSeconds = 120;

/**
 * Reads the command line.
 * @param argv the words after the program's name
 * @param startedIn the folder that the program was started in
 * @param today `YYYY-MM-DD`, to refuse a deploy date in the future
 * @throws {Problem} USAGE; READ_ONLY when the state folder may not be looked into
 */
export function parseRequest(argv: string[], startedIn: string, today: string): Request {
  const { values, positionals } = parse(argv);
  const [word, ...more] = positionals;
  const command = commandNamed(word);
  if (more.length > 0) throw usage(`"${more[0]}" is one word too many.`);
  for (const name of Object.keys(values) as FlagName[]) checkFlag(name, values[name], command);
  const text = (name: FlagName) => (typeof values[name] === "string" ? (values[name] as string) : null);
  const locations = (["local", "remote", "preview"] as const).filter((name) => values[name] === true);
  if (locations.length > 1)
    throw usage(`--${locations[0]} and --${locations[1]} are two databases; only one can be meant.`);
  const cwd = resolve(startedIn, text("cwd") ?? ".");
  if (!isFolder(cwd)) throw usage(`There is no folder "${text("cwd") ?? cwd}".`);
  const persistTo = text("persist-to");
  if (persistTo !== null && locations[0] !== "local") throw usage("--persist-to goes with --local only.");
  const backup = text("backup");
  if (text("d1-location") !== null && text("jurisdiction") !== null)
    throw usage("--d1-location does not go with --jurisdiction, which decides the place.");
  if (backup !== null && locations[0] === "preview")
    throw usage("--backup does not go with --preview: the export would be of the deployed database.");
  return {
    command,
    location: locations[0] ?? null,
    binding: text("binding"),
    config: text("config"),
    env: text("env"),
    cwd,
    persistTo: persistTo === null ? null : findStateFolder(resolve(cwd, persistTo)).path,
    deployed: dayOf(text("deployed"), today),
    dryRun: values["dry-run"] === true,
    yes: values.yes === true,
    d1Location: placeOf("d1-location", text("d1-location"), places, locations[0]),
    jurisdiction: placeOf("jurisdiction", text("jurisdiction"), jurisdictions, locations[0]),
    backup: backup === null ? null : resolve(cwd, backup),
    json: values.json === true,
    color: values["no-color"] !== true,
    timeoutSeconds: secondsOf(text("timeout")),
    debug: values.debug === true,
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whatever the reason, nothing can be done there.
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
    return parseArgs({
      args: argv,
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    const flag = longName(/'(-[^' ]*)/.exec(message)?.[1] ?? "");
    // `-h=1` is read as the flags h, = and 1.
    if (flag.startsWith("-=")) throw usage("A short flag takes its value without an equals sign.");
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw usage(`There is no flag ${flag}.`);
    throw usage(message.includes("does not take") ? `${flag} takes no value.` : `${flag} needs a value.`);
  }
}

function longName(flag: string): string {
  const found = Object.entries<Flag>(flags).find(([, f]) => `-${f.short}` === flag.replace(/,$/, ""));
  return found === undefined ? flag : `--${found[0]}`;
}

function commandNamed(word: string | undefined): Command {
  if (word === undefined) return "upgrade";
  const named = Object.keys(commands).find((name) => name === word && name !== "upgrade");
  if (named === undefined) throw usage(`There is no command "${word}".`);
  return named as Command;
}

function checkFlag(name: FlagName, value: unknown, command: Command): void {
  const { only } = flags[name] as Flag;
  if (only !== undefined && !only.includes(command)) throw usage(`--${name} does not go with ${command}.`);
  if (value === "") throw usage(`--${name} needs a value.`);
  if (typeof value === "string" && value.startsWith("="))
    throw usage(`The value of --${name} begins with an equals sign; write --${name} VALUE.`);
}

function secondsOf(text: string | null): number {
  if (text === null) return defaultTimeoutSeconds;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw usage(`--timeout takes whole seconds from 1, not "${text}".`);
  return Number(text);
}

/** Where a new database is to be kept; only a deployed one is created anywhere. */
function placeOf(
  flag: FlagName,
  place: string | null,
  known: Record<string, string>,
  location: Location | undefined,
): string | null {
  if (place === null) return null;
  if (location === "local" || location === "preview") throw usage(`--${flag} goes with --remote only.`);
  if (!Object.hasOwn(known, place))
    throw usage(`--${flag} takes one of ${Object.keys(known).join(", ")}, not "${place}".`);
  return place;
}

function dayOf(text: string | null, today: string): string | null {
  if (text === null) return null;
  const wrong = whyNoDay(text, today);
  if (wrong !== null) throw usage(wrong);
  return text;
}

/**
 * Why a text is no possible deploy date; null when it is one.
 * @param text should be a real day, written `YYYY-MM-DD`, not in the future
 * @param today `YYYY-MM-DD`
 */
export function whyNoDay(text: string, today: string): string | null {
  if (!isDay(text)) return `"${text}" is not a day; write it like 2025-11-08.`;
  // Somewhere it is tomorrow already.
  return text > addDays(today, 1) ? `"${text}" is in the future.` : null;
}

/** A wrong command line; nothing was contacted. */
export function usage(message: string): Problem {
  return new Problem("USAGE", message, 'Run "kv-manager-upgrade --help" for all flags.');
}
