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
  upgrade: "upgrades the database; in a terminal, asks first",
  status: "prints what is pending; changes nothing",
  setup: "sets up a first installation: config, database, schema",
  report: "prints a support report for a GitHub issue; changes nothing",
  explain: "explains the error TEXT or code that follows (- reads stdin)",
  page: "prints the upgrade as a web page, for use without Node",
};

/** The commands that may access a database. */
const withDatabase: Command[] = ["upgrade", "status", "setup", "report"];

/** Every flag, in the order of `--help`. */
export const flags = {
  local: { about: "the local database, used by wrangler dev", only: withDatabase },
  remote: { about: "the remote (deployed) database", only: withDatabase },
  preview: { about: "the preview database", only: withDatabase },
  binding: {
    short: "b",
    value: "NAME",
    about: "a D1 binding (METADATA) or a database name",
    only: withDatabase,
  },
  config: { short: "c", value: "FILE", about: "this Wrangler config only", only: withDatabase },
  env: { short: "e", value: "NAME", about: "a named environment of the config", only: withDatabase },
  cwd: { value: "DIR", about: "run as if started in DIR", only: withDatabase },
  "persist-to": { value: "DIR", about: "folder of the local state (with --local)", only: withDatabase },
  all: { about: "every database in the configs", only: ["upgrade", "status", "report"] },
  for: { value: "VERSION", about: "KV Manager version: 1, 2 or exact, such as 2.3.1", only: withDatabase },
  deployed: {
    value: "YYYY-MM-DD",
    about: "when KV Manager was first deployed",
    only: ["upgrade", "status", "report"],
  },
  snapshot: { value: "FILE", about: "read a saved schema instead (- is stdin)", only: ["status", "report"] },
  "print-query": { about: "print a command that saves a schema", only: ["status"] },
  "dry-run": { about: "show what would be done; changes nothing", only: ["upgrade", "status", "setup"] },
  yes: { short: "y", about: "apply without asking", only: ["upgrade", "setup"] },
  "d1-location": { value: "HINT", about: "location of a new database, such as weur", only: ["setup"] },
  jurisdiction: { value: "NAME", about: "keep a new database within eu, fedramp or us", only: ["setup"] },
  backup: { value: "FILE.sql", about: "export the database to this file first", only: ["upgrade"] },
  json: { about: "one JSON document on stdout, no questions", only: [...withDatabase, "explain"] },
  timeout: { value: "SECONDS", about: "longest wait for one answer (default 120)", only: withDatabase },
  plain: { about: "the wizard as plain numbered questions" },
  "no-color": { about: "no colors" },
  debug: { about: "log each query and command to stderr" },
  help: { short: "h", about: "show this" },
  version: { short: "v", about: "show the version" },
} as const satisfies Record<string, Flag>;

/** A flag's long name. */
export type FlagName = keyof typeof flags;
