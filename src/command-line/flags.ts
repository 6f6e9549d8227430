import type { Command } from "../run/request.js";

/** One flag, defined once for both parsing and `--help`. */
export interface Flag {
  short?: string;
  /** The name of its value; a flag without one is a switch. */
  value?: string;
  about: string;
  /** The commands that accept it; all of them unless given. */
  only?: Command[];
}

/** Every command with its line in `--help`. */
export const commands: Record<Command, string> = {
  upgrade: "the guided upgrade",
  status: "prints what is pending; changes nothing",
  setup: "first installation: config, database, schema; what is missing",
  report: "prints a support report, fit for a GitHub issue; changes nothing",
  explain: "TEXT: what an error text or code means (- reads it from stdin)",
  page: "prints a one-file web page, for those who have only a browser",
};

/** The commands that may access a database. */
const withDatabase: Command[] = ["upgrade", "status", "setup", "report"];

/** Every flag, in the order of `--help`. */
export const flags = {
  local: { about: "the database that wrangler dev uses", only: withDatabase },
  remote: { about: "the deployed database", only: withDatabase },
  preview: { about: "the preview database", only: withDatabase },
  binding: {
    short: "b",
    value: "NAME",
    about: "a D1 binding (METADATA) or a database name",
    only: withDatabase,
  },
  config: { short: "c", value: "FILE", about: "this Wrangler config only", only: withDatabase },
  env: {
    short: "e",
    value: "NAME",
    about: "a named environment of the config",
    only: withDatabase,
  },
  cwd: { value: "DIR", about: "work as if started there", only: withDatabase },
  "persist-to": {
    value: "DIR",
    about: "where the local state lies (with --local)",
    only: withDatabase,
  },
  all: {
    about: "every database of the configs, instead of one",
    only: ["upgrade", "status", "report"],
  },
  for: {
    value: "VERSION",
    about: "the KV Manager to serve: 1, 2 or such as 2.3.1",
    only: withDatabase,
  },
  deployed: {
    value: "YYYY-MM-DD",
    about: "when KV Manager was first deployed",
    only: ["upgrade", "status", "report"],
  },
  snapshot: {
    value: "FILE",
    about: "read a saved schema, no database (- is stdin)",
    only: ["status", "report"],
  },
  "print-query": {
    about: "print the command whose output --snapshot reads",
    only: ["status"],
  },
  "dry-run": {
    about: "everything up to the preview; changes nothing",
    only: ["upgrade", "status", "setup"],
  },
  yes: {
    short: "y",
    about: "apply without asking",
    only: ["upgrade", "setup"],
  },
  "d1-location": {
    value: "HINT",
    about: "where a new database is kept, such as weur",
    only: ["setup"],
  },
  jurisdiction: { value: "NAME", about: "keep a new database within eu, fedramp or us", only: ["setup"] },
  backup: { value: "FILE.sql", about: "export the database there first", only: ["upgrade"] },
  json: { about: "one JSON document on stdout, no questions", only: [...withDatabase, "explain"] },
  timeout: {
    value: "SECONDS",
    about: "longest time to wait for one answer (120)",
    only: withDatabase,
  },
  plain: { about: "the wizard as plain numbered questions" },
  "no-color": { about: "no colours" },
  debug: { about: "show on stderr what is asked of the database" },
  help: { short: "h", about: "show this" },
  version: { short: "v", about: "show the version" },
} as const satisfies Record<string, Flag>;

/** A flag's long name. */
export type FlagName = keyof typeof flags;
