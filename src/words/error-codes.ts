import type { ProblemCode } from "../lib/problem.js";

/** What each of the program's own codes means and what to do, for `explain CODE`. */
export const codeTexts: Record<ProblemCode, { means: string; advice: string }> = {
  USAGE: {
    means: "The command line has a wrong or missing word.",
    advice: 'The message names it; "kv-manager-upgrade --help" lists all flags.',
  },
  CONFIG_NOT_FOUND: {
    means:
      "There is no Wrangler config (wrangler.toml, wrangler.json or wrangler.jsonc) where it was looked for.",
    advice:
      "Run it in your KV Manager checkout, or name that folder with --cwd DIR or the file with --config FILE.",
  },
  CONFIG_INVALID: {
    means: "A Wrangler config cannot be read, or lacks what is needed, such as the id of the database.",
    advice: "Mend the place that the message names, then run it again.",
  },
  BINDING_NOT_FOUND: {
    means: "No D1 database of that name or binding stands in the config.",
    advice: "The message lists those that do; name one of them with --binding NAME.",
  },
  BINDING_AMBIGUOUS: {
    means: "Several D1 databases fit, and only one can be meant.",
    advice: "Name it with --binding NAME; a database name such as kv-manager-metadata-dev settles it.",
  },
  WRANGLER_NOT_FOUND: {
    means:
      "Wrangler, which talks to the database, is not installed in the project, and none on PATH can be used.",
    advice: "Install it with the command that the message shows (npm install, in most checkouts, is enough).",
  },
  WRANGLER_TOO_OLD: {
    means: "The project's wrangler is older than 3.114, whose answers this program does not read.",
    advice: "Update it with the command that the message shows.",
  },
  NODE_TOO_OLD: {
    means: "The project's wrangler, or this program, needs a newer Node.",
    advice:
      'Install the version that the message names (for example with "nvm install 22"), then run it again.',
  },
  NOT_LOGGED_IN: {
    means: "Wrangler is not logged in to Cloudflare.",
    advice: 'Log in with "npx wrangler login", or set CLOUDFLARE_API_TOKEN where nobody can log in.',
  },
  ACCOUNT_AMBIGUOUS: {
    means: "The login reaches several Cloudflare accounts.",
    advice: "Set CLOUDFLARE_ACCOUNT_ID to the account that holds the database, then run it again.",
  },
  AUTHENTICATION: {
    means: "Cloudflare did not accept the login for this database.",
    advice:
      'Check with "npx wrangler whoami" that the login is of the account that holds the database and may edit D1.',
  },
  DATABASE_NOT_FOUND: {
    means: "The account has no database with the id that the config gives.",
    advice: 'Compare database_id in the config with the list of "npx wrangler d1 list".',
  },
  NETWORK: {
    means: "Cloudflare could not be reached, or its answer was lost.",
    advice: "Check the connection (and proxy, if there is one), then run it again.",
  },
  OVERLOADED: {
    means: "The database, or Cloudflare, had too much to do or a fault of its own at that moment.",
    advice: "Wait a minute, then run it again; www.cloudflarestatus.com shows larger faults.",
  },
  BUSY: {
    means: "The database was in use at that moment: a lock is held, or an import or export is under way.",
    advice:
      "Stop what uses it (wrangler dev, a container) or wait until the import has ended, then run it again.",
  },
  QUOTA: {
    means: "A limit is reached: the free allowance of the day, the size of the database, or the disk.",
    advice:
      "Wait until 00:00 UTC, move to a paid plan, or make room, as the message says; then run it again.",
  },
  BACKUP_FAILED: {
    means: "The export that was asked for with --backup did not come about, so the upgrade was not begun.",
    advice: "Mend what the message names (often the path of the file), or leave --backup away.",
  },
  LOCAL_STATE_NEWER: {
    means:
      "A newer wrangler has used the local database, and the project's own wrangler can no longer read it.",
    advice: "Update the project's wrangler to that newer version, then run it again.",
  },
  SQL_FAILED: {
    means: "The database refused a statement.",
    advice:
      'Run "kv-manager-upgrade status": it reads what is there. The message has the database\'s own words.',
  },
  TIMEOUT: {
    means: "Wrangler did not answer in time and was ended.",
    advice: "Run it again; --timeout SECONDS gives it longer than 120 seconds.",
  },
  UNEXPECTED_OUTPUT: {
    means: "Wrangler answered with something that this program does not understand.",
    advice: 'Run it again; if it stays so, open an issue with what "kv-manager-upgrade report" shows.',
  },
  READ_ONLY: {
    means: "The files of the local database may not be written by this user.",
    advice: "Run it as the user who owns the files, or with the rights to write them.",
  },
  NOT_KV_MANAGER: {
    means: "The database has tables, but not KV Manager's: it is somebody else's and is not touched.",
    advice: "Choose KV Manager's database with --binding NAME.",
  },
  CONFLICT: {
    means: "Something in the database has the name of what has to be added, and cannot serve as it.",
    advice: "Rename or remove it yourself; nothing is ever replaced by force. Then run it again.",
  },
  EMPTY_DATABASE: {
    means: "The database is empty, so there is nothing to upgrade. Perhaps it is not the one you mean.",
    advice: "For a first set-up run:\n  kv-manager-upgrade setup",
  },
  UNKNOWN_OUTCOME: {
    means:
      "A write was sent, and then the database could not be read: it is either as it was or completely upgraded, nothing between.",
    advice:
      'Look at it as soon as it answers again, with "kv-manager-upgrade status". Running the upgrade again is safe: it adds only what is missing.',
  },
};
