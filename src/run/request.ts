import type { Location } from "../project/targets.js";

/** The commands of the contract. `upgrade` is the one without a name. */
export type Command = "upgrade" | "status" | "setup" | "report" | "explain" | "page";

/** What the command line asks for, checked. Paths are absolute but for `config`, which is shown to people. */
export interface Request {
  command: Command;
  location: Location | null;
  /** Every database that the other flags leave, instead of one. */
  all: boolean;
  binding: string | null;
  config: string | null;
  env: string | null;
  cwd: string;
  persistTo: string | null;
  /** The KV Manager that the database has to serve, as `--for` names it; not yet checked. */
  forVersion: string | null;
  /** `YYYY-MM-DD`. */
  deployed: string | null;
  dryRun: boolean;
  yes: boolean;
  /** Where a new database is to be kept: a location hint, or a jurisdiction. */
  d1Location: string | null;
  jurisdiction: string | null;
  /** Absolute path of the file to export to first. */
  backup: string | null;
  /** Absolute path of a saved schema that is read instead of a database; `-` for stdin. */
  snapshot: string | null;
  /** For `status --print-query`: the state folder as it was written, else null; null without that flag. */
  printQuery: { persistTo: string | null } | null;
  /** The text that `explain` is asked about, `-` for stdin; null where none was given. */
  text: string | null;
  json: boolean;
  /** The wizard as numbered questions, nothing redrawn. */
  plain: boolean;
  /** False with `--no-color`. */
  color: boolean;
  timeoutSeconds: number;
  debug: boolean;
}

/** Seconds that one wrangler run may take unless `--timeout` says otherwise. */
export const defaultTimeoutSeconds = 120;
