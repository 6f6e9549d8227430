import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type ParseError, parse as parseJsonc, printParseErrorCode } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { Problem } from "../lib/problem.js";
import { fieldsOf, isRecord } from "../lib/record.js";
import {
  atLine,
  configFaults,
  configInvalid,
  inEnvironment,
  noConfigHere,
  noSuchConfig,
} from "../messages/config.js";
import { configText, isLink } from "./config-text.js";

/** One D1 binding of a Wrangler config. */
export interface D1Binding {
  /** The named environment it belongs to; null for the config's top level. */
  env: string | null;
  binding: string;
  /** Wrangler allows a binding without a name; it is then known by its binding alone. */
  database: string | null;
  /** An empty one is not the id of a deployed database, but wrangler keeps a local database under it. */
  databaseId: string | null;
  previewDatabaseId: string | null;
}

/** A Wrangler config that could be read. */
export interface ConfigFile {
  /** Absolute path. */
  path: string;
  environments: string[];
  bindings: D1Binding[];
  /** The account that the config names, if any. */
  accountId: string | null;
  /** Absolute path of the template to create it from, if it is not on disk yet. */
  template?: string | null;
}

/** The Wrangler configs of one folder: those that could be read, and what is wrong with the others. */
export interface Configs {
  folder: string;
  files: ConfigFile[];
  broken: { path: string; problem: Problem }[];
}

/** `wrangler.toml.example` has a different extension anyway; this is for `wrangler.example.toml`. */
const templateName = /\.(example|sample|template)\./i;

/**
 * Reads the Wrangler configs of the nearest folder, from `cwd` upward, that has any.
 * @param cwd absolute path
 * @param only one config to read instead (`--config`), relative to `cwd`
 * @throws {Problem} CONFIG_NOT_FOUND when there is none; CONFIG_INVALID when `only` cannot be read
 */
export function readConfigs(cwd: string, only: string | null): Configs {
  if (only !== null) {
    const path = resolve(cwd, only);
    const folder = dirname(path);
    if (!isFile(path))
      throw noSuchConfig(
        only,
        configNames(folder).map((name) => relative(cwd, join(folder, name))),
      );
    return { folder, files: [readConfig(path)], broken: [] };
  }
  for (const folder of folderAndParents(cwd)) {
    const names = configNames(folder);
    if (names.length > 0) return readAll(folder, names);
  }
  throw noConfigHere();
}

/** The names of a folder's Wrangler configs, wrangler's default first; empty if there is no such folder. */
export function configNames(folder: string): string[] {
  return namesIn(folder)
    .filter((n) => isConfigName(n) && !templateName.test(n) && isFile(join(folder, n)))
    .sort(mainFirst);
}

/** Whether this may be the name of a Wrangler config, even of an example. */
export function isConfigName(name: string): boolean {
  return /^wrangler.*\.(toml|jsonc?)$/i.test(name);
}

/** Whether a config is TOML; otherwise it is JSON with comments. */
export function isToml(path: string): boolean {
  return /\.toml$/i.test(path);
}

/** The names of a folder's entries. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that cannot be listed has nothing for wrangler, and neither has one that does not exist.
    return [];
  }
}

/** Sorts wrangler's default config first: it is the one for production. */
function mainFirst(a: string, b: string): number {
  // Not `localeCompare`: loading the locale data causes a noticeable delay before each start of wrangler.
  return Number(isDefaultConfig(b)) - Number(isDefaultConfig(a)) || (a < b ? -1 : 1);
}

/** Whether wrangler reads this file when no config is specified. */
export function isDefaultConfig(path: string): boolean {
  return /^wrangler\.(toml|jsonc?)$/.test(basename(path));
}

function readAll(folder: string, names: string[]): Configs {
  const configs: Configs = { folder, files: [], broken: [] };
  for (const name of names) {
    const path = join(folder, name);
    try {
      configs.files.push(readConfig(path));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      configs.broken.push({ path, problem });
    }
  }
  return configs;
}

/**
 * Reads one Wrangler config.
 * @param path absolute path of a .toml, .json or .jsonc file
 * @throws {Problem} CONFIG_INVALID with file and line
 */
export function readConfig(path: string): ConfigFile {
  return configFromText(path, configText(path));
}

/**
 * Parses the text of a config, whether it is on disk yet or not.
 * @param path absolute; its extension decides the format
 * @throws {Problem} CONFIG_INVALID with file and line
 */
export function configFromText(path: string, content: string): ConfigFile {
  const invalid: Invalid = (where, what) => configInvalid(basename(path), where, what);
  const text = content.replace(/^\uFEFF/, "");
  const top = isToml(path) ? fromToml(text, invalid) : fromJsonc(text, invalid);
  if (!isRecord(top)) throw invalid("", configFaults.noSettings);
  const environments = fieldsOf(top.env);
  const levels = [[null, top] as const, ...Object.entries(environments)];
  const bindings = levels.flatMap(([env, level]) => bindingsOf(env, fieldsOf(level), invalid));
  return {
    path,
    environments: Object.keys(environments),
    bindings,
    accountId: textOf(top.account_id),
  };
}

type Invalid = (where: string, what: string) => Problem;

function fromToml(text: string, invalid: Invalid): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? configFaults.noToml;
    // The parser's message for an unterminated string.
    const open = /control characters are not allowed in strings/.test(what);
    throw invalid(atLine(error.line), open ? configFaults.openText : what);
  }
}

function fromJsonc(text: string, invalid: Invalid): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const line = text.slice(0, first.offset).split("\n").length;
  const what = printParseErrorCode(first.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
  throw invalid(atLine(line), what);
}

function bindingsOf(env: string | null, level: Record<string, unknown>, invalid: Invalid): D1Binding[] {
  const list = level.d1_databases ?? [];
  const where = inEnvironment(env);
  if (!Array.isArray(list)) throw invalid(where, configFaults.noList);
  return list.map((entry: unknown) => {
    const fields = fieldsOf(entry);
    const binding = textOf(fields.binding);
    const odd = ["database_name", "database_id", "preview_database_id"].find(
      (key) => fields[key] !== undefined && typeof fields[key] !== "string",
    );
    if (odd !== undefined) throw invalid(where, configFaults.noText(odd));
    if (binding === null) throw invalid(where, configFaults.noBinding);
    return {
      env,
      binding,
      database: textOf(fields.database_name),
      databaseId: stringOf(fields.database_id),
      previewDatabaseId: stringOf(fields.preview_database_id),
    };
  });
}

function stringOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function textOf(value: unknown): string | null {
  return stringOf(value) || null;
}

/**
 * Whether there is a file, and not a folder or nothing. A broken link counts as the file it should lead to: otherwise a
 * different config would be used in its place, with no hint why.
 */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return isLink(path);
  }
}
