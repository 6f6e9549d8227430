import type { Location } from "../project/targets.js";

/** The commands of the contract. `upgrade` is what runs if no command is given. */
export type Command = "upgrade" | "status" | "setup" | "report" | "explain" | "page";

/** The validated command line. Paths are absolute, except for `config`, which is shown to people. */
export interface Request {
  command: Command;
  location: Location | null;
  /** Every database that the other flags select, instead of one. */
  all: boolean;
  binding: string | null;
  config: string | null;
  env: string | null;
  cwd: string;
  persistTo: string | null;
  /** The KV Manager version that the database must work with, as given with `--for`; not yet checked. */
  forVersion: string | null;
  /** `YYYY-MM-DD`. */
  deployed: string | null;
  dryRun: boolean;
  yes: boolean;
  /** Where to keep a new database: a location hint, or a jurisdiction. */
  d1Location: string | null;
  jurisdiction: string | null;
  /** Absolute path of the file to export to first. */
  backup: string | null;
  /** Absolute path of a saved schema that is read instead of a database; `-` for stdin. */
  snapshot: string | null;
  /** For `status --print-query`: the state folder as it was typed, if any; null without that flag. */
  printQuery: { persistTo: string | null } | null;
  /** The text for `explain`, `-` for stdin; null if none was given. */
  text: string | null;
  json: boolean;
  /** Shows the wizard as numbered questions, without redrawing. */
  plain: boolean;
  /** False with `--no-color`. */
  color: boolean;
  timeoutSeconds: number;
  debug: boolean;
}

/** Seconds that one wrangler run may take unless `--timeout` says otherwise. */
export const defaultTimeoutSeconds = 120;
