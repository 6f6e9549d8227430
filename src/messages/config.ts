import { Problem } from "../lib/problem.js";
import { indented } from "./shared.js";

/**
 * `--config` names no file.
 * @param there the configs that are in that folder
 */
export function noSuchConfig(file: string, there: string[]): Problem {
  return new Problem(
    "CONFIG_NOT_FOUND",
    `There is no file "${file}".`,
    there.length === 0
      ? "Give --config the path of a Wrangler config, such as --config wrangler.toml."
      : `These configs exist:\n${indented(there)}`,
  );
}

/** Neither the folder nor any parent folder has a Wrangler config. */
export function noConfigHere(): Problem {
  return new Problem(
    "CONFIG_NOT_FOUND",
    "No Wrangler config (wrangler.toml, wrangler.json or wrangler.jsonc) was found here or in a parent folder.",
    "Run this in your KV Manager checkout, or name its folder with --cwd DIR. A deployed database needs no config if CLOUDFLARE_API_TOKEN is set:\n  kv-manager-upgrade --remote --binding kv-manager-metadata",
  );
}

/**
 * The account has no database with this name.
 * @param names those that it has
 */
export function noDatabaseOfName(name: string, names: string[]): Problem {
  return new Problem(
    "DATABASE_NOT_FOUND",
    `The account has no D1 database named ${name}.`,
    names.length === 0
      ? "It has none at all. Check that the token belongs to the account that holds the database, or set CLOUDFLARE_ACCOUNT_ID."
      : `It has: ${shortList(names)}. Name one of these with --binding.`,
  );
}

/** The account has several databases with this name. @param names all that it has */
export function severalOfName(name: string, names: string[]): Problem {
  return new Problem(
    "BINDING_AMBIGUOUS",
    `The account has several D1 databases named ${name}.`,
    `It has: ${shortList(names)}. Put the id of the one you mean into a Wrangler config and pass it with --config FILE:\n  kv-manager-upgrade --remote --config wrangler.toml`,
  );
}

/** Joins names, but no more than are useful. */
function shortList(names: string[]): string {
  const most = 20;
  const more = names.length - most;
  return `${names.slice(0, most).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/**
 * A config that cannot be used.
 * @param file its name
 * @param where `atLine`, `atPlace`, `inEnvironment`, or an empty string for the whole file
 * @param what what is wrong, as the end of a sentence: one of `configFaults`, or the parser's message
 */
export function configInvalid(file: string, where: string, what: string): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `The config ${file}${where} cannot be used: ${what}.`,
    "Fix the file, then run this again. Or, if the database is in another config, name it with --binding NAME, or name that config with --config FILE.",
  );
}

/** A config, or a template, that is a link to something that does not exist. */
export function linkToNothing(file: string, target: string): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `The config ${file} cannot be used: it is a link to ${target}, which does not exist.`,
    adviceOnLinks,
  );
}

/** A link that leads back to itself. */
export function linkToItself(file: string, target: string): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `The config ${file} cannot be used: it is a link to ${target}, which points back to it.`,
    adviceOnLinks,
  );
}

const adviceOnLinks =
  "Restore the file that the link points to, or remove the link, then run this again. Or name another config with --config FILE.";

/** A line of a config, from 1; goes after the file's name. */
export function atLine(line: number): string {
  return `, line ${line},`;
}

/** A position in a config, line and column from 1; goes after the file's name. */
export function atPlace(line: number, column: number): string {
  return `, line ${line}, column ${column},`;
}

/** An environment of a config, or an empty string for its top level; goes after the file's name. */
export function inEnvironment(env: string | null): string {
  return env === null ? "" : `, environment "${env}",`;
}

/** What can be wrong with a config, apart from a parser's own messages. */
export const configFaults = {
  noSettings: "it contains no settings",
  noToml: "it is not TOML",
  notUtf8: "it is not valid UTF-8; save the file as UTF-8",
  utf16: "it is UTF-16, which wrangler does not read; save the file as UTF-8",
  brokenUtf16: "it is UTF-16 with a broken character; save the file as UTF-8",
  openText: "a quoted string is not closed on its line",
  noList: "d1_databases is not a list",
  noBinding: "a D1 database has no binding",
  noText: (field: string) => `${field} is not a string`,
};

/**
 * wrangler would use a different database from the intended one.
 * @param config the file as shown to people
 * @param database the intended one, in one line
 */
export function namesTaken(config: string, database: string): Problem {
  return new Problem(
    "BINDING_AMBIGUOUS",
    `In ${config} other databases use the same names as ${database}, so wrangler would pick the wrong one.`,
    "Give each database in the config its own name and binding.",
  );
}

/** The chosen binding lacks the id (`field`) of its database at `location`. */
export function noDatabaseId(
  { binding, config }: { binding: string; config: string },
  location: "local" | "remote" | "preview",
  field: string,
): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `The binding ${binding} in ${config} has no ${field}, so its ${location} database cannot be reached.`,
    location === "preview"
      ? `Add the ${field} to ${config}, or use --remote for the deployed database.`
      : `Add the ${field} to ${config}; "npx wrangler d1 list" shows the ids of your databases. Or let "kv-manager-upgrade setup --remote" find the database, or create it, and write the id there.`,
  );
}

/**
 * `--env` names an environment that no config has.
 * @param environments those that they have
 */
export function noSuchEnvironment(env: string, environments: string[]): Problem {
  return new Problem(
    "BINDING_NOT_FOUND",
    `No Wrangler config here has an environment "${env}".`,
    environments.length === 0
      ? "Omit --env: the configs have no named environments."
      : `Use one of these with --env: ${environments.join(", ")}.`,
  );
}

/**
 * No database matches `--binding` and `--env`.
 * @param wish the values of these flags
 * @param files the names of the configs that were read
 * @param there every database that they bind, each in one line
 */
export function noSuchDatabase(
  { binding, env }: { binding: string | null; env: string | null },
  files: string[],
  there: string[],
): Problem {
  const wanted = binding === null ? "No D1 database is bound" : `No D1 database "${binding}" is bound`;
  const where = files.length === 0 ? "any config" : files.join(", ");
  return new Problem(
    "BINDING_NOT_FOUND",
    `${wanted} in ${where}${env === null ? "" : ` for the environment "${env}"`}.`,
    there.length === 0
      ? "Add KV Manager's database under d1_databases in the config, or name another folder with --cwd DIR."
      : `Choose one of these with --binding (and --env for an environment):\n${indented(there)}`,
  );
}

/** Without `--env` only the top level counts, and all matches are in environments; each is given in one line. */
export function onlyInEnvironments(fitting: string[]): Problem {
  return new Problem(
    "BINDING_NOT_FOUND",
    "The D1 database is bound only in an environment. Without --env, only the top level of a config is used.",
    `Name its environment with --env:\n${indented(fitting)}`,
  );
}

/** Several databases match; each is given in one line. */
export function severalDatabases(fitting: string[]): Problem {
  return new Problem(
    "BINDING_AMBIGUOUS",
    `${fitting.length} D1 databases match.`,
    `Choose one with --binding (a database name is enough) or --config:\n${indented(fitting)}`,
  );
}
