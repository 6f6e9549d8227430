import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { addDays, isDay } from "../day.js";
import { Problem } from "../problem.js";
import type { Location } from "../project/targets.js";
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
  /** Absolute path of the file to export to first. */
  backup: string | null;
  /** Absolute path of a saved schema that is read instead of a database; `-` for stdin. */
  snapshot: string | null;
  /** For `status --print-query`: the state folder as it was written, else null; null without that flag. */
  printQuery: { persistTo: string | null } | null;
  /** The text that `explain` is asked about, `-` for stdin; null where none was given. */
  text: string | null;
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
 * @throws {Problem} USAGE
 */
export function parseRequest(argv: string[], startedIn: string, today: string): Request {
  const { values, positionals } = parse(argv);
  const [word, ...more] = positionals;
  const command = commandNamed(word);
  // An error text may well come without quotes around it.
  const asked = command === "explain" ? more.join(" ") : null;
  if (asked === null && more.length > 0) throw usage(`"${more[0]}" is one word too many.`);
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
  if (backup !== null && locations[0] === "preview")
    throw usage("--backup does not go with --preview: the export would be of the deployed database.");
  const snapshot = text("snapshot");
  const printsQuery = values["print-query"] === true;
  checkWithoutDatabase(Object.keys(values) as FlagName[]);
  return {
    command,
    location: locations[0] ?? null,
    binding: text("binding"),
    config: text("config"),
    env: text("env"),
    cwd,
    persistTo: persistTo === null ? null : resolve(cwd, persistTo),
    deployed: dayOf(text("deployed"), today),
    dryRun: values["dry-run"] === true,
    yes: values.yes === true,
    backup: backup === null ? null : resolve(cwd, backup),
    snapshot: snapshot === null || snapshot === "-" ? snapshot : resolve(cwd, snapshot),
    printQuery: printsQuery ? { persistTo } : null,
    text: more.length === 0 ? null : asked,
    json: values.json === true,
    color: values["no-color"] !== true,
    timeoutSeconds: secondsOf(text("timeout")),
    debug: values.debug === true,
  };
}

/** Flags that make no sense beside the two that work without a database. */
function checkWithoutDatabase(given: FlagName[]): void {
  const forbidden = {
    snapshot: ["local", "remote", "preview"],
    "print-query": ["snapshot", "deployed", "json"],
  } as const;
  for (const [flag, others] of Object.entries(forbidden)) {
    const other = others.find((name) => given.includes(name));
    if (given.includes(flag as FlagName) && other !== undefined)
      throw usage(`--${flag} does not go with --${other}.`);
  }
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
