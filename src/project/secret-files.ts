import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { fieldsOf } from "../lib/record.js";
import { looksSecret, secretsIn, secretTexts } from "../redaction/secrets.js";
import { isConfigName, isToml, namesIn } from "./config-files.js";

/** Where a run searches for its configs, according to the command line. */
interface Place {
  cwd: string;
  config: string | null;
}

const variables = /^\.(env|dev\.vars)(\..+)?$/i;

/** Size in bytes above which a file is neither of these. */
const longest = 1024 * 1024;

/**
 * Returns all secrets that a run may come across: those in the environment, and those beside the config that wrangler
 * reads automatically. What cannot be read or parsed has none: wrangler does not read it either.
 */
export function secretsOf(env: NodeJS.ProcessEnv, place: Place): string[] {
  const folders = new Set([place.cwd, projectFolder(place)]);
  return [...secretsIn(env), ...[...folders].flatMap(secretsInFolder)];
}

/** The folder of the named config, else the nearest that has a config, else the user's current folder. */
export function projectFolder({ cwd, config }: Place): string {
  if (config !== null) return dirname(resolve(cwd, config));
  return folderAndParents(cwd).find((folder) => namesIn(folder).some(isConfigName)) ?? cwd;
}

function secretsInFolder(folder: string): string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    if (variables.test(name)) return secretsInVariables(textOf(path), /^\.dev/i.test(name));
    return isConfigName(name) ? secretsInConfig(textOf(path), isToml(name)) : [];
  });
}

/** Empty for anything but a regular file: reading a pipe would wait for its other end. */
function textOf(path: string): string {
  try {
    const file = statSync(path);
    return file.isFile() && file.size <= longest ? readFileSync(path, "utf8") : "";
  } catch {
    // A user who may not read it will not see it printed.
    return "";
  }
}

/** An assignment as parsed by dotenv, which wrangler uses for these files: the value in any quotes, or unquoted. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:)[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]+)/gm;

/** @param all whether every value except plain names is a secret, or only those whose key says so */
function secretsInVariables(text: string, all: boolean): string[] {
  return [...text.matchAll(assignment)]
    .map(([, name = "", value = ""]) => ({ name, value: value.trim().replace(/^(["'`])([\s\S]*)\1$/, "$2") }))
    .filter(({ name, value }) => looksSecret(name) || (all && !isName(value)))
    .flatMap(({ value }) => secretTexts(value));
}

/**
 * Whether a value is just words, such as kv-manager-metadata: hiding it would remove it from every sentence and
 * command.
 */
function isName(value: string): boolean {
  return /^\p{L}+(?:[-_.]\p{L}+)*$/u.test(value);
}

function secretsInConfig(text: string, toml: boolean): string[] {
  const top = fieldsOf(parsed(text, toml));
  const levels = [top, ...Object.values(fieldsOf(top.env)).map(fieldsOf)];
  return levels.flatMap(({ vars }) => secretsInValue(vars, false));
}

function parsed(text: string, toml: boolean): unknown {
  try {
    return toml ? parseToml(text) : parseJsonc(text, [], { allowTrailingComma: true });
  } catch {
    // wrangler is never started with such a config; what is wrong with it is reported where the config is read for use.
    return null;
  }
}

/** @param secret whether the name of a parent key looks secret */
function secretsInValue(value: unknown, secret: boolean): string[] {
  if (typeof value === "string") return secret ? secretTexts(value) : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsInValue(item, secret));
  return Object.entries(fieldsOf(value)).flatMap(([name, item]) =>
    secretsInValue(item, secret || looksSecret(name)),
  );
}
