import type { ProblemCode } from "../lib/problem.js";
import type { Change } from "./explain.js";
import { databasePlaceholder } from "./placeholders.js";

/** Problems, other than database errors, that people run into when they follow the written migration guide. */
export interface GuideTopic {
  text: RegExp;
  code: ProblemCode | null;
  means: string;
  /** Null if nothing could have been changed. */
  change: Change | null;
  /** May have placeholders for the database. */
  advice: string;
  /** It is about a subject, not an error: used only if no error was recognized. */
  subject?: true;
}

/** More specific topics come first. */
export const guideTopics: GuideTopic[] = [
  {
    text: /Unable to read SQL text file|(ENOENT|no such file|cannot find|can't find).{0,200}apply_all_migrations\.sql|apply_all_migrations\.sql.{0,80}(not found|does not exist)/i,
    code: null,
    means: "The guide's migration file is not where the command looks for it.",
    change: "refused",
    advice: `You do not need that file: this program includes the migrations. Run it in your KV Manager checkout:\n  kv-manager-upgrade ${databasePlaceholder}`,
  },
  {
    text: /add a --remote flag to your wrangler command/i,
    code: null,
    means:
      "Wrangler worked on the local copy of the database, the one of wrangler dev, since --remote was not given. The deployed database was not touched.",
    change: null,
    advice:
      "Say which one you mean:\n  kv-manager-upgrade status --remote --binding kv-manager-metadata\n  kv-manager-upgrade status --local --binding kv-manager-metadata-dev",
  },
  {
    // Messages from bash and zsh, sh, PowerShell and cmd.
    text: /syntax error near unexpected token|syntax error: (unexpected|.{0,40} unexpected|unterminated)|unexpected EOF while looking for|parse error near [`']|\bParserError\b|operator is reserved for future use|syntax of the command is incorrect|was unexpected at this time/i,
    code: null,
    means: "The shell could not read the command, so it started nothing and sent nothing.",
    change: "refused",
    advice: `Copy the whole command, with its quotes, and replace placeholders such as <name>, including the brackets, with your own value. This command has neither quotes nor placeholders:\n  kv-manager-upgrade ${databasePlaceholder}`,
  },
  {
    text: /could not determine executable to run/i,
    code: null,
    means:
      "npx found no program of that name: it is not installed here, and no package in the registry provides it.",
    change: "refused",
    advice: `In your KV Manager checkout, after "npm install", this finds wrangler for you:\n  npx kv-manager-upgrade ${databasePlaceholder}`,
  },
  {
    text: /address already in use|\bEADDRINUSE\b/i,
    code: null,
    means:
      "Another program, usually a second wrangler dev, is using the same port. This concerns the web page, not the database.",
    change: "refused",
    advice: `Stop the other one, or give wrangler dev a different --port. The upgrade does not need that port and can run at the same time:\n  kv-manager-upgrade ${databasePlaceholder}`,
  },
  {
    text: /\bEMFILE\b|too many open files/i,
    code: null,
    means: "The limit on open files was reached.",
    change: "open",
    advice: `Close other programs, or allow more with "ulimit -n 4096", then check the database:\n  kv-manager-upgrade status ${databasePlaceholder}`,
  },
  {
    text: /\bEBUSY\b|file[- ]?handles?|file descriptor|being used by another process/i,
    code: "BUSY",
    means:
      "On Windows some versions of wrangler leave a file open when they are run with --file, and then cannot remove it.",
    change: "open",
    advice: `This program never uses --file, so this does not happen with:\n  kv-manager-upgrade ${databasePlaceholder}\nIt checks what is there first, so it is safe whatever the other command did.`,
  },
  {
    text: /No (preset )?version (is )?(set|installed) for (command|shim):? wrangler\b|Could not find executable \W{0,2}wrangler\b/i,
    code: "WRANGLER_NOT_FOUND",
    means:
      "A version manager (asdf, mise, Volta) provides the wrangler command on the PATH, but has no version set for this folder.",
    change: "refused",
    advice:
      "Set a version for this folder, or install wrangler in the project, which takes precedence:\n  npm install --save-dev wrangler",
  },
  {
    text: /wrangler: (command )?not found|command not found: wrangler|'wrangler' is not recognized|The term 'wrangler' is not recognized/i,
    code: "WRANGLER_NOT_FOUND",
    means: "The shell cannot find wrangler: it is installed in the project, not globally.",
    change: "refused",
    advice:
      'Write "npx wrangler" in your KV Manager checkout. This program finds the project\'s wrangler for you.',
  },
  {
    text: /\b(npx|npm|node): (command )?not found|command not found: (npx|npm|node)\b|'(npx|npm|node)' is not recognized|The term '(npx|npm|node)' is not recognized|env: .?node.?: No such file/i,
    code: null,
    means:
      "The shell cannot find npx and npm. Node, which includes both, is not installed, or its folder is not on the PATH.",
    change: "refused",
    advice:
      "Install Node 22 or newer (from nodejs.org, or with your system's package manager), open a new terminal, then run it again.",
  },
  {
    text: /\bverif(y|ied|ication)\b.{0,20}\b(migration|upgrade|schema|database|tables?|columns?)\b|\b(migration|upgrade|schema|database)\b.{0,40}\bverif(y|ied|ication)\b|^(how .{0,30})?verif(y|ication)\W*$|PRAGMA table_info|COUNT\(\*\) FROM job_audit_events/im,
    code: null,
    means:
      "This is about checking that a migration is complete. The table bulk_jobs must have the columns current_key, percentage and metadata, and job_audit_events must exist with its two indexes.",
    change: null,
    advice: `One command checks all of it in the database and shows what is missing:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    subject: true,
  },
  {
    text: /\bdocker\b|mounted (volume|folder|database)|\bcontainer'?s?\b.{0,60}\b(database|d1|volume|mount(ed)?|state)\b|\b(database|d1|volume|mount(ed)?|state)\b.{0,60}\bcontainer/i,
    code: null,
    means:
      "A database that is mounted into a container is a local database in the mounted folder. It can be upgraded from outside the container.",
    change: null,
    advice:
      "Stop the container before this, and start it again afterwards. DIR is the mounted folder:\n  kv-manager-upgrade --local --persist-to DIR --binding kv-manager-metadata",
    subject: true,
  },
];
