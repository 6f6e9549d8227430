import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { looksSecret, secretsIn, secretTexts } from "../lib/secrets.js";

/** Where a run looks for its configs, as the command line says it. */
interface Place {
  cwd: string;
  config: string | null;
}

const variables = /^\.(env|dev\.vars)(\..+)?$/i;
const configs = /^wrangler.*\.(toml|jsonc?)$/i;

/** Bytes beyond which a file is none of these. */
const longest = 1024 * 1024;

/**
 * All secrets that a run may meet: those of the environment, and those that wrangler reads by itself beside the
 * config. What cannot be read or understood has none: wrangler does not read it either.
 */
export function secretsOf(env: NodeJS.ProcessEnv, place: Place): string[] {
  return [...secretsIn(env), ...foldersOf(place).flatMap(secretsInFolder)];
}

/** The folder of the config, and where the user is. */
function foldersOf(place: Place): string[] {
  return [...new Set([place.cwd, projectFolder(place)])];
}

/** The folder of the config that is named, else the nearest that has one, else where the user is. */
export function projectFolder({ cwd, config }: Place): string {
  if (config !== null) return dirname(resolve(cwd, config));
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (namesIn(folder).some((name) => configs.test(name))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

function secretsInFolder(folder: string): string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    if (variables.test(name)) return secretsInVariables(textOf(path), /^\.dev/i.test(name));
    return configs.test(name) ? secretsInConfig(textOf(path), /\.toml$/i.test(name)) : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that may not be listed has nothing for wrangler.
    return [];
  }
}

/** Empty for what is no file: reading a pipe would wait for its other end. */
function textOf(path: string): string {
  try {
    const file = statSync(path);
    return file.isFile() && file.size <= longest ? readFileSync(path, "utf8") : "";
  } catch {
    // Who may not read it will not see it printed.
    return "";
  }
}

/** An assignment as dotenv reads it, with which wrangler reads these files: its value in any quotes, or in none. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:)[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]+)/gm;

/** @param all whether every value but a name is a secret, or only those whose name says so */
function secretsInVariables(text: string, all: boolean): string[] {
  return [...text.matchAll(assignment)]
    .map(([, name = "", value = ""]) => ({ name, value: value.trim().replace(/^(["'`])([\s\S]*)\1$/, "$2") }))
    .filter(({ name, value }) => looksSecret(name) || (all && !isName(value)))
    .flatMap(({ value }) => secretTexts(value));
}

/** Words, such as kv-manager-metadata: hidden, they would be missing in every sentence and command. */
function isName(value: string): boolean {
  return /^\p{L}+(?:[-_.]\p{L}+)*$/u.test(value);
}

function secretsInConfig(text: string, toml: boolean): string[] {
  const top = record(parsed(text, toml));
  const levels = [top, ...Object.values(record(top.env)).map(record)];
  return levels.flatMap(({ vars }) => secretsInValue(vars, false));
}

function parsed(text: string, toml: boolean): unknown {
  try {
    return toml ? parseToml(text) : parseJsonc(text, [], { allowTrailingComma: true });
  } catch {
    // wrangler is never started with such a config, and what is wrong with it is said where it is read to be used.
    return null;
  }
}

/** @param secret whether a name above it looks secret */
function secretsInValue(value: unknown, secret: boolean): string[] {
  if (typeof value === "string") return secret ? secretTexts(value) : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsInValue(item, secret));
  return Object.entries(record(value)).flatMap(([name, item]) =>
    secretsInValue(item, secret || looksSecret(name)),
  );
}

function record(value: unknown): Record<string, unknown> {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : {};
}
