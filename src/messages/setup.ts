import { messageOf, Problem } from "../lib/problem.js";
import { indented } from "./shared.js";

/** One step of a first setup, worded for each way of running it. */
export interface SetupStep {
  /** What was found, shown before the question. */
  about: string;
  question: string;
  /** What an unattended run without --yes says. */
  would: string;
  /** What was changed, once it is done. */
  done: string;
}

/** Names used in the sentences of a first setup. */
interface DatabaseWords {
  /** The database's name. */
  name: string;
  /** The config as shown to people. */
  config: string;
}

/** Says where a new config comes from, as the end of a sentence. */
function origin(from: string | null): string {
  return from === null ? "with what the database needs" : `from ${from}`;
}

/** A config that does not exist yet. */
export function newConfig(config: string, from: string | null, changes: string[]): SetupStep {
  const made =
    changes.length === 0 ? "" : ` It will be made from ${from}, with these changes:\n${indented(changes)}`;
  return {
    about: `There is no ${config} yet.${made}`,
    question: `Write ${config} ${origin(from)}?`,
    would: `Would write ${config} ${origin(from)}.`,
    done: `${config} was written ${origin(from)}.`,
  };
}

/** A config that binds no D1 database. */
export function newBinding({ name, config }: DatabaseWords, env: string | null): SetupStep {
  const where = env === null ? config : `the environment "${env}" of ${config}`;
  return {
    about: `No D1 database is bound in ${where}.`,
    question: `Bind ${name} as METADATA there? Everything else in the file stays as it is.`,
    would: `Would bind ${name} as METADATA in ${where}.`,
    done: `${name} was bound as METADATA in ${where}.`,
  };
}

/** The database is bound under a name that KV Manager does not use. */
export function otherBinding(binding: string, config: string): string {
  return `KV Manager reads the binding METADATA, and ${config} binds this database as ${binding}. KV Manager will not find it until you rename the binding there and run this again.`;
}

/** A database that the account does not have yet. */
export function newDatabase({ name, config }: DatabaseWords, account: string | null): SetupStep {
  const where = account === null ? "your Cloudflare account" : `the Cloudflare account ${account}`;
  return {
    about: `${config} has no id for ${name}, and ${where} has no D1 database of that name.`,
    question: `Create the D1 database ${name} there, and write its id into ${config}?`,
    would: `Would create the D1 database ${name} in ${where} and write its id into ${config}.`,
    done: `The D1 database ${name} was created in ${where}, and its id written into ${config}.`,
  };
}

/** The database was created, but its id could not be written. The next run finds it by name. */
export function databaseCreated({ name }: DatabaseWords): string {
  return `The D1 database ${name} was created.`;
}

/** What the run would do in the account, which cannot be queried until the config exists. */
export function wouldLookForDatabase({ name, config }: DatabaseWords): string {
  return `Would create the D1 database ${name} (or use the existing one of that name) and write its id into ${config}.`;
}

/** Shown in place of the schema's state: the account cannot be queried until the config exists. */
export function notAskedYet({ name, config }: DatabaseWords): string {
  return [
    `Not checked yet: whether you are logged in, and whether your account has a D1 database ${name}.`,
    `Cloudflare is queried once ${config} is written.`,
    "A new or empty database gets the whole schema.",
  ].join(" ");
}

/** The same for a database that can be read as soon as the config exists. */
export function notReadYet(location: string, { name, config }: DatabaseWords): string {
  return `Not checked yet: the ${location} database ${name}, which is read once ${config} is written. If it is empty, it gets the whole schema.`;
}

/** The account already has a database with that name. */
export function databaseThere({ name, config }: DatabaseWords, empty: boolean): SetupStep {
  const state = empty ? "it is empty" : "it is KV Manager's";
  return {
    about: `Your account already has a D1 database ${name}; ${state}.`,
    question: `Use it, and write its id into ${config}?`,
    would: `Would use the account's D1 database ${name} (${state}) and write its id into ${config}.`,
    done: `The id of the D1 database ${name} was written into ${config}.`,
  };
}

/** The account's database with that name belongs to another application. */
export function databaseOfSomethingElse({ name, config }: DatabaseWords): Problem {
  return new Problem(
    "NOT_KV_MANAGER",
    `Your account already has a D1 database ${name}, and it is not KV Manager's: it has other tables.`,
    `Give the database another name in ${config} (database_name), then run this again; the existing one was not touched.`,
  );
}

/** The id cannot be written into the config without changing more of it. */
export function idNotWritable({ name, config }: DatabaseWords): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `The id of ${name} cannot be written into ${config} safely.`,
    `Run "npx wrangler d1 create ${name}" and write the database_id that it prints into ${config} yourself, then run this again.`,
  );
}

/** The binding cannot be put into the config without changing more of it. */
export function bindingNotWritable(config: string): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `No D1 database is bound in ${config}, and none can be added to it safely.`,
    "Add one under d1_databases yourself, bound as METADATA, then run this again.",
  );
}

/** The checkout's template cannot be used. */
export function templateUnusable(from: string, why: Problem): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `${from} cannot be used as a template. ${why.message}`,
    `Fix ${from}, or write a Wrangler config yourself, then run this again.`,
  );
}

/** Something that is not a file, or has just appeared, is at the path of the new config. */
export function somethingThere(config: string): Problem {
  return new Problem(
    "CONFIG_INVALID",
    `Something is already at ${config}, so no Wrangler config was written there.`,
    "Remove it, or name another file with --config, then run this again.",
  );
}

/** A file could not be written. @param error the system's error */
export function notWritten(config: string, error: unknown): Problem {
  return new Problem(
    "READ_ONLY",
    `${config} could not be written (${messageOf(error)}).`,
    "Run this again as the user who owns the folder, or with write permission.",
  );
}

/** What was updated in an example config. */
export const templateChanges = {
  nodeCompat: 'node_compat becomes compatibility_flags = ["nodejs_compat"]: wrangler 4 refuses the old form.',
  account: (old: string) =>
    `account_id is left out, since "${old}" is not an account id: wrangler uses the account you are logged in to.`,
  binding: (old: string) => `The binding ${old} becomes METADATA, which is what KV Manager reads.`,
  database: "A D1 database is bound as METADATA.",
};

/** With a different id in the config, wrangler dev uses a different local database. */
export function localMovesWithId(config: string, command: string): string {
  return `wrangler dev keeps its local database under the id in ${config}, so from now on it starts with an empty one. To set that up as well:\n  ${command}`;
}

/** Where a new database is kept. */
export const placement = {
  leave: "Let Cloudflare choose where the database is kept (recommended)?",
  question: "Where should it be kept?",
};

/** Where Cloudflare can keep a database, in words. */
export const places: Record<string, string> = {
  weur: "Western Europe",
  eeur: "Eastern Europe",
  apac: "Asia Pacific",
  oc: "Oceania",
  wnam: "Western North America",
  enam: "Eastern North America",
};

/**
 * Jurisdictions that Cloudflare can be required to keep a database in, in words. Older wranglers do not support all of
 * them.
 */
export const jurisdictions: Record<string, string> = {
  eu: "within the European Union",
  fedramp: "in FedRAMP-compliant data centers",
  us: "within the United States",
};
