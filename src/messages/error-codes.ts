import type { ProblemCode } from "../lib/problem.js";
import type { Change } from "./explain.js";

/** What one of the program's own codes means, for `explain CODE`. */
interface CodeText {
  means: string;
  advice: string;
  /** The state in which it can leave a database, if nothing more is known. */
  change: Change;
}

/** All codes; their exit codes are in `lib/problem.ts`. */
export const codeTexts: Record<ProblemCode, CodeText> = {
  USAGE: {
    means: "An argument is wrong or missing.",
    advice: 'The message names it; "kv-manager-upgrade --help" lists all flags.',
    change: "refused",
  },
  CONFIG_NOT_FOUND: {
    means: "No Wrangler config (wrangler.toml, wrangler.json or wrangler.jsonc) was found.",
    advice:
      "Run it in your KV Manager checkout, or name that folder with --cwd DIR or the file with --config FILE.",
    change: "refused",
  },
  CONFIG_INVALID: {
    means: "A Wrangler config cannot be read, or lacks what is needed, such as the id of the database.",
    advice: "Fix what the message names, then run it again.",
    change: "refused",
  },
  BINDING_NOT_FOUND: {
    means: "The config has no such D1 database, or no such environment.",
    advice: "The message lists those it has; choose one with --binding NAME or --env NAME.",
    change: "refused",
  },
  BINDING_AMBIGUOUS: {
    means: "Several D1 databases match what was asked for.",
    advice:
      "Choose one with --binding NAME; a database name is enough. If several have the same name, do what the message says.",
    change: "refused",
  },
  WRANGLER_NOT_FOUND: {
    means:
      "Wrangler, which talks to the database, is not installed in the project, and none on PATH can be used.",
    advice: "Install it with the command that the message shows (npm install, in most checkouts, is enough).",
    change: "refused",
  },
  WRANGLER_TOO_OLD: {
    means: "Wrangler is too old: this program needs 3.114 or newer.",
    advice: "Update it with the command that the message shows.",
    change: "refused",
  },
  NODE_TOO_OLD: {
    means: "The project's wrangler, or this program, needs a newer Node.",
    advice:
      'Install the version that the message names (for example with "nvm install 22"), then run it again.',
    change: "refused",
  },
  NOT_LOGGED_IN: {
    means: "Wrangler is not logged in to Cloudflare.",
    advice: 'Log in with "npx wrangler login", or set CLOUDFLARE_API_TOKEN if no browser can be used.',
    change: "refused",
  },
  ACCOUNT_AMBIGUOUS: {
    means: "The login has access to several Cloudflare accounts.",
    advice: "Set CLOUDFLARE_ACCOUNT_ID to the account that holds the database, then run it again.",
    change: "refused",
  },
  AUTHENTICATION: {
    means: "Cloudflare did not accept the login for this database.",
    advice:
      'Check with "npx wrangler whoami" that you are logged in to the account that holds the database, with permission to edit D1.',
    change: "refused",
  },
  DATABASE_NOT_FOUND: {
    means: "The database was not found in the account (by id or name) or in the local state folder.",
    advice:
      'Follow the message. For a deployed database, compare database_id in the config with the ids that "npx wrangler d1 list" shows.',
    change: "refused",
  },
  NETWORK: {
    means: "Cloudflare could not be reached, or its answer was lost.",
    advice: "Check the connection (and proxy, if there is one), then run it again.",
    change: "open",
  },
  OVERLOADED: {
    means: "The database or Cloudflare was overloaded, or had an internal error.",
    advice: "Wait a minute, then run it again; www.cloudflarestatus.com shows current incidents.",
    change: "open",
  },
  BUSY: {
    means: "The database was in use: another program holds a lock, or an import or export is running.",
    advice: "Stop what uses it (wrangler dev, a container) or wait for it to finish, then run it again.",
    change: "refused",
  },
  QUOTA: {
    means: "A limit was reached: the daily free allowance, the size of the database, or the disk.",
    advice:
      "Wait until 00:00 UTC, move to a paid plan, or free some space, as the message says; then run it again.",
    change: "undone",
  },
  BACKUP_FAILED: {
    means: "The export for --backup failed, so the upgrade was not started.",
    advice: "Fix what the message names (often the path of the file), or omit --backup.",
    change: "refused",
  },
  LOCAL_STATE_NEWER: {
    means:
      "A newer wrangler has used the local database, and the project's own wrangler can no longer read it.",
    advice: "Update the project's wrangler to that newer version, then run it again.",
    change: "refused",
  },
  SQL_FAILED: {
    means: "The database refused a statement.",
    advice:
      'Run "kv-manager-upgrade status": it reads what is there. The message has the database\'s own words.',
    change: "undone",
  },
  TIMEOUT: {
    means: "Wrangler, Cloudflare or the database did not answer in time.",
    advice: "Run it again; --timeout SECONDS allows more than 120 seconds.",
    change: "open",
  },
  UNEXPECTED_OUTPUT: {
    means:
      "Something unexpected happened: an answer that this program does not understand, a process that ended early, or a bug in this program.",
    advice:
      'Run it again; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".',
    change: "open",
  },
  READ_ONLY: {
    means: "This user cannot read or write the config or the files of the local database.",
    advice: "Run it as the user who owns the files, or with permission to read and write them.",
    change: "refused",
  },
  NOT_KV_MANAGER: {
    means:
      "The database has tables, but not KV Manager's: it belongs to another application and is left alone.",
    advice: "Choose KV Manager's database with --binding NAME.",
    change: "refused",
  },
  CONFLICT: {
    means:
      "Something in the database conflicts: a name is taken, or an existing table, column or index cannot be used.",
    advice:
      "If another object has taken the name, rename or drop it yourself; otherwise correct what the message names. Nothing is ever overwritten. Then run it again.",
    change: "refused",
  },
  EMPTY_DATABASE: {
    means: "The database is empty, so there is nothing to upgrade. It may be the wrong one.",
    advice: "For a first installation, run:\n  kv-manager-upgrade setup",
    change: "refused",
  },
  UNKNOWN_OUTCOME: {
    means:
      "A write was sent, and its result could not be confirmed. Usually the database is either unchanged or fully upgraded.",
    advice:
      'Once it responds, check it with "kv-manager-upgrade status". Running the upgrade again is safe: it adds only what is missing.',
    change: "open",
  },
};
