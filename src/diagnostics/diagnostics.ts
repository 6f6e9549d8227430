import { databasePlaceholder, filePlaceholder } from "../messages/placeholders.js";
import type { Speaker } from "../messages/wrangler.js";
import { addsOnlyWhatIsMissing, type Diagnostic, entry, seeThenAdd } from "./diagnostic.js";
import { kvManagerDiagnostics } from "./kv-manager-2.js";

const glibcWays =
  "For a database that is mounted into a container, run this outside of it:\n  kv-manager-upgrade --local --persist-to DIR\nOtherwise use an image or system with glibc, such as Debian or node:22-slim.";
const installAgain = "Install the project's packages again on this system:\n  npm install --include=optional";

/** No reason is known: if the engine ends early enough, none is passed on. */
export const engineNotStarted = entry(
  "UNEXPECTED_OUTPUT",
  /Workers runtime failed to start/i,
  [],
  "workerd, the part of wrangler that runs local databases, did not start.",
  `It cannot run on Alpine and other systems without glibc. ${glibcWays} On a system with glibc, install the project's packages again:\n  npm install --include=optional\nOr memory ran out: allow more. If none of this helps, run this again with --debug, which shows workerd's output.`,
  "unsent",
);

/** Why the local database engine does not start, as in KV Manager's own container image. */
const engineDiagnostics: Diagnostic[] = [
  entry(
    "WRANGLER_NOT_FOUND",
    /cannot find (module|package) .{0,3}@cloudflare\/workerd-|package .{0,3}@cloudflare\/workerd-[\w-]+.{0,3} could not be found|installed workerd on another platform/i,
    [],
    "workerd, the part of wrangler that runs local databases, is not installed for this system: optional packages were left out, or node_modules was copied from another system.",
    installAgain,
    "unsent",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /GLIBC(XX)?_\d[\d.]*.? not found/i,
    [],
    "workerd, the part of wrangler that runs local databases, needs a newer C library than this system has.",
    "Use a newer system or image, such as Debian 12 or node:22-slim.",
    "unsent",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /error relocating .{0,300}symbol not found/i,
    [],
    "workerd, the part of wrangler that runs local databases, is built for glibc, which Alpine and other musl systems do not have.",
    glibcWays,
    "unsent",
    "KV Manager's own container image is built on Alpine, so this happens inside of it.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /spawn .{0,300}workerd\S* ENOENT/i,
    [],
    "workerd, the part of wrangler that runs local databases, cannot be started: its file is not there, or the system has no glibc, like Alpine and other musl systems.",
    `${glibcWays} On a system with glibc:\n  npm install --include=optional`,
    "unsent",
    "KV Manager's own container image is built on Alpine, so this happens inside of it.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /OPENSSL_internal:(NO_START_LINE|BAD_END_LINE|BAD_BASE64_DECODE)/i,
    [],
    "workerd, the part of wrangler that runs local databases, cannot read the certificates in the file that NODE_EXTRA_CA_CERTS names.",
    "That file must contain only certificates (PEM). Correct it, or unset NODE_EXTRA_CA_CERTS for a local database, then run this again.",
    "unsent",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /illegal instruction|\bSIGILL\b/i,
    [],
    "workerd, the part of wrangler that runs local databases, needs processor instructions that this computer, or this virtual machine, does not have.",
    'Run this on another computer with a copy of the folder, or set the processor type of the virtual machine to "host".',
    "unsent",
  ),
];

const moreMemory = `Close other programs or allow the container more memory. Check the database with this command, then repeat what you ran:\n  kv-manager-upgrade status ${databasePlaceholder}`;

/** Killed, either by hand or because memory ran out. */
export const endedBySystem = entry(
  "UNEXPECTED_OUTPUT",
  /\bSIGKILL\b|exit(ed)?( with)?( code)? 137\b|oom[- ]?kill|^\s*(zsh: |.{1,200}: line \d+: +\d+ )?killed\b/im,
  [],
  "The system killed wrangler (SIGKILL), usually because memory ran out.",
  moreMemory,
);

/** The same, as it shows when wrangler's own second process was killed. */
export const endedInSilence: Diagnostic = {
  ...endedBySystem,
  text: null,
  means:
    "Wrangler stopped without any output, which happens when the system kills it, usually because memory ran out.",
};

/** An engine that ended while working: the connection to it is lost. */
export const engineEnded: Diagnostic = {
  ...endedBySystem,
  text: null,
  means:
    "workerd, the part of wrangler that runs local databases, stopped while it was working, usually because memory ran out.",
};

/** Shortages of the computer itself. */
const computerFailures: Diagnostic[] = [
  entry(
    "QUOTA",
    /\bENOSPC\b|no space left on device/i,
    [],
    "The disk of this computer is full.",
    "Free some space on it, then run this again.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /JavaScript heap out of memory|\bENOMEM\b|cannot allocate memory|std::bad_alloc/i,
    [],
    "This computer, or its container, has too little memory for wrangler.",
    moreMemory,
  ),
  endedBySystem,
];

/** Node does not know the issuer of a certificate, or received an unencrypted response. */
export const untrustedCertificate = entry(
  "NETWORK",
  /self[- ]signed certificate|unable to verify the first certificate|unable to get (local )?issuer certificate|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|SSL routines:.{0,60}(wrong version number|packet length too long)|ssl3_get_record:wrong version number/i,
  [],
  "A company's proxy or a virus scanner intercepts the encrypted connection to Cloudflare, and Node does not trust its certificate. Nothing was sent.",
  "Save that company's certificate as a PEM file (its IT department has it), set NODE_EXTRA_CA_CERTS to the path of that file, then run this again. With Node 24 or newer, NODE_OPTIONS=--use-system-ca is enough if the system already trusts it.",
  "unsent",
);

/** Why no encrypted connection can be made. */
const certificateFailures: Diagnostic[] = [
  entry(
    "NETWORK",
    /CERT_HAS_EXPIRED|certificate has expired|CERT_NOT_YET_VALID|certificate is not yet valid/i,
    [],
    "Cloudflare's certificate is expired or not yet valid, according to this computer's clock. Nothing was sent.",
    "Correct the date and time of this computer. If they are correct, a company's proxy or a virus scanner uses an old certificate; have it renewed. Then run this again.",
    "unsent",
  ),
  entry(
    "NETWORK",
    /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/i,
    [],
    "Something other than Cloudflare answered, with a certificate for another name: a network's login page, a proxy, or a wrong DNS server. Nothing was sent.",
    "Log in to the network in a browser, or check the proxy and CLOUDFLARE_API_BASE_URL if they are set, then run this again.",
    "unsent",
  ),
  untrustedCertificate,
];

/** An older wrangler requires an id for a local database too, although Cloudflare has nothing under it. */
export const idWanted = entry(
  "CONFIG_INVALID",
  /bindings must have a \\?"database_id\\?" field/i,
  [],
  "The project's wrangler requires a database_id in the config, for a local database too.",
  'Update wrangler, which then needs none for a local database:\n  npm install --save-dev wrangler@4\nOr write one into the config; for a local database any text will do, such as database_id = "local-dev-database".',
  "unsent",
);

/** Fields that some wrangler versions require in a database's config entry. */
const databaseFields: Diagnostic[] = [
  idWanted,
  entry(
    "CONFIG_INVALID",
    /bindings must have a \\?"database_name\\?" field/i,
    [],
    "The project's wrangler requires a database_name in the config.",
    'Write one into the entry of the database, such as database_name = "kv-manager-metadata".',
    "unsent",
  ),
];

/** Every known failure, the more specific text first. One list for the program and for `explain`. */
export const diagnostics: Diagnostic[] = [
  entry(
    "SQL_FAILED",
    /duplicate column name/i,
    [],
    "A column that was to be added is already there, so the whole batch was undone.",
    addsOnlyWhatIsMissing,
    null,
    "KV Manager's migration guide calls this harmless and the migration complete. It is not: the guide's file is one transaction, so on a partly upgraded database this error undid all of it, including what was really missing.",
  ),
  entry(
    "SQL_FAILED",
    /(table|index|view) .{1,80} already exists|there is already (a|an) (table|index) named/i,
    [],
    "Something of that name is already there, so the whole batch was undone.",
    addsOnlyWhatIsMissing,
    null,
    "KV Manager's migration guide treats it as a sign that the migration is complete. It is not: what was sent together with it was undone, and other parts may still be missing.",
  ),
  entry(
    "LOCAL_STATE_NEWER",
    /table _cf_\w+ has \d+ columns but \d+ values were supplied/i,
    [],
    "A newer wrangler has used this local database, and the project's own wrangler can no longer read it.",
    "Update the project's wrangler to that newer version (for example: npm install --save-dev wrangler@latest), then run this again.",
  ),
  entry(
    "NODE_TOO_OLD",
    /Wrangler requires at least Node\.js/i,
    [],
    "The project's wrangler needs a newer Node than this one.",
    "Switch to the Node version that the message names, then run this again.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /at new (EnvHttp)?ProxyAgent\b/,
    [],
    "HTTPS_PROXY or HTTP_PROXY is not a valid proxy address, so wrangler did not start.",
    "Write the address in full, as in http://proxy.example.com:8080, or unset the variable, then run this again.",
    "unsent",
  ),
  ...engineDiagnostics,
  ...computerFailures,
  entry(
    "BUSY",
    /\b(EBUSY|EPERM|EACCES|ENOTEMPTY)\b.{0,80}\b(unlink|rmdir|rm|rename)\b|(EBUSY|EPERM|EACCES|ENOTEMPTY): .*(miniflare|workerd)/i,
    [],
    "On Windows, wrangler could not delete a temporary file that was still open. This usually happens after the work was done.",
    `Check whether it was applied:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    "transient",
    "KV Manager's migration guide describes this as a file handle error of --file. This program never uses --file.",
  ),
  entry(
    "BINDING_NOT_FOUND",
    /No environment found in configuration with name/i,
    [],
    "The config has no environment with that name.",
    "Name one of the config's environments with --env, or omit --env. CLOUDFLARE_ENV names one too, if it is set.",
  ),
  ...databaseFields,
  entry(
    "CONFIG_INVALID",
    /Missing entry-point to Worker script/i,
    [],
    "The config does not say which Worker is to be deployed: it has no main.",
    "This does not matter for the database. To deploy, use a checkout of KV Manager with its own config, made from wrangler.toml.example.",
  ),
  entry(
    "CONFIG_INVALID",
    /field is no longer supported|Processing \S+ configuration:[\s\S]{0,2000}?(Expected|Unexpected|not valid|invalid)/i,
    [],
    "The project's wrangler does not accept the Wrangler config.",
    'Fix the setting it names; "node_compat = true" is now compatibility_flags = ["nodejs_compat"].',
  ),
  entry(
    "SQL_FAILED",
    /SQLITE_NOTADB|file is not a database|SQLITE_CORRUPT|database disk image is malformed/i,
    [],
    "The file of the local database is damaged, or is not a database.",
    `Its file is:\n  ${filePlaceholder}\nPut a good copy of it back. Or move it elsewhere, with the files of the same name that end in -wal and -shm, and set up a new, empty one:\n  kv-manager-upgrade setup ${databasePlaceholder}`,
  ),
  entry(
    "READ_ONLY",
    /SQLITE_READONLY|attempt to write a readonly database|SQLITE_CANTOPEN|unable to open database file|(?<!connect )\bEACCES\b|\bEROFS\b|\bEPERM\b/i,
    [],
    "This user cannot write the database's files.",
    `The database's file is:\n  ${filePlaceholder}\nRun this again as the user who owns it, or with write permission.`,
  ),
  entry(
    "BUSY",
    /SQLITE_BUSY|database is locked/i,
    [],
    "Another program holds a lock on the database.",
    "Stop the program that is using it (wrangler dev, a container), then run this again.",
    "refused",
  ),
  entry(
    "BUSY",
    /Currently processing a long-running (import|export)/i,
    [],
    "The database is busy with an import or export and unavailable until it finishes.",
    "Wait until the import or export has finished, then run this again.",
    "refused",
  ),
  entry(
    "NOT_LOGGED_IN",
    /non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN|not logged in|You are not authenticated|Failed to (fetch|refresh) (auth|OAuth|access) token/i,
    [],
    "Wrangler is not logged in to Cloudflare.",
    'Log in with "npx wrangler login", or set CLOUDFLARE_API_TOKEN, then run this again.',
  ),
  entry(
    "ACCOUNT_AMBIGUOUS",
    /More than one account available/i,
    [],
    "Your login has access to several Cloudflare accounts, and none is selected.",
    "Set CLOUDFLARE_ACCOUNT_ID to the account that holds the database, then run this again.",
  ),
  entry(
    "QUOTA",
    /free tier daily row (read|write) limit|daily (read|write) limit/i,
    [],
    "The account has reached D1's free limit for today.",
    "Wait until it resets at 00:00 UTC, or move to a paid plan, then run this again.",
  ),
  entry(
    "QUOTA",
    /Exceeded maximum DB size|maximum account storage|database or disk is full|SQLITE_FULL/i,
    [],
    "The database, the account's storage or the disk is full.",
    "Free some space (delete old rows, or free disk space for a local database), then run this again.",
  ),
  entry(
    "QUOTA",
    /maximum number of D1 databases/i,
    [7406],
    "The account has reached its limit of D1 databases.",
    'Delete one that is no longer needed ("npx wrangler d1 list" shows them), or move to a paid plan, then run this again.',
  ),
  entry(
    "OVERLOADED",
    /exceeded timeout which caused object to be reset|exceeded its (CPU time|memory) limit|reset because its code was updated|transient issue|D1_RESET_DO/i,
    [],
    "The database was overloaded and restarted.",
    "Wait a minute, then run this again.",
    "transient",
  ),
  entry(
    "OVERLOADED",
    /overloaded|Requests queued for too long|rate[- ]limit|too many requests/i,
    [7429, 10429, 971],
    "The database is overloaded.",
    "Wait a minute, then run this again.",
    "refused",
  ),
  entry(
    "OVERLOADED",
    /internal error|internal server error|Network connection lost|storage caused object to be reset/i,
    [10013],
    "Cloudflare had an internal error.",
    "Wait a minute, then run this again; www.cloudflarestatus.com shows current incidents.",
    "transient",
  ),
  ...certificateFailures,
  entry(
    "NETWORK",
    /^Redirected \(HTTP 3/,
    [],
    "Something other than Cloudflare answered with a redirect, which was not followed.",
    "Log in to the network in a browser if it asks for that, or check CLOUDFLARE_API_BASE_URL if it is set, then run this again.",
  ),
  entry(
    "NETWORK",
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|connect (ETIMEDOUT|EACCES)/i,
    [],
    "Cloudflare could not be reached.",
    "Check the connection (and proxy, if there is one), then run this again.",
    "transient",
  ),
  entry(
    "NETWORK",
    /ECONNRESET|\bEPIPE\b|socket hang up|client (has )?disconnected|other side closed|(^|error[:\]])\s*terminated\s*$|UND_ERR_SOCKET/im,
    [],
    "The connection to Cloudflare was lost before it answered.",
    "Check the connection (and proxy, if there is one), then run this again.",
    "transient",
  ),
  entry(
    "NETWORK",
    /fetch failed|ETIMEDOUT|UND_ERR|\b50[0-9]\b.*(gateway|unavailable|server error)|(gateway|service) (time-?out|unavailable)|received a malformed response from the API/im,
    [],
    "Cloudflare could not be reached, or its answer was lost.",
    "Check the connection (and proxy, if there is one), then run this again.",
    "transient",
  ),
  entry(
    "DATABASE_NOT_FOUND",
    /Couldn't find DB with name|database .{0,80}could not be found|database not found/i,
    [7404, 7400],
    "The account has no database with the id in the config.",
    'Compare database_id in the config with the ids that "npx wrangler d1 list" shows, and correct it.',
  ),
  entry(
    "AUTHENTICATION",
    /Failed to automatically retrieve account IDs|Authentication (error|failed)|Invalid access token|Unable to authenticate request|not authorized to access this service|Invalid API Token|Invalid request headers/i,
    [7403, 10000, 10001, 9106, 9109, 6003, 6111],
    "Cloudflare did not accept the login for this database.",
    'Check with "npx wrangler whoami" that you are logged in to the account that holds the database, with permission to edit D1.',
  ),
  entry(
    "BINDING_NOT_FOUND",
    /Couldn't find a D1 DB with the name or binding/i,
    [],
    "The config that wrangler read has no database of this name.",
    "Name the database, and the right config is found for you:\n  kv-manager-upgrade --local --binding kv-manager-metadata-dev",
    null,
    "Without --config, wrangler reads only wrangler.toml. KV Manager's development database, kv-manager-metadata-dev, is in wrangler.dev.toml, so the guide's command for local development needs --config wrangler.dev.toml too. A wrong config can also create a new, empty local database.",
  ),
  entry(
    "CONFIG_INVALID",
    /is missing a database_id, which is needed/i,
    [],
    "The config does not say which deployed database is meant: it has no database_id.",
    'Write the id from "npx wrangler d1 list" as database_id into the config, then run this again.',
  ),
  ...kvManagerDiagnostics,
  entry(
    "SQL_FAILED",
    /(no such column: (\w+\.)*|has no column named )(current_key|percentage|metadata)\b/i,
    [],
    "The table bulk_jobs lacks a column of migration 002 or 003.",
    seeThenAdd,
    null,
    "KV Manager itself says this when its version is newer than its database.",
  ),
  entry(
    "SQL_FAILED",
    /no such table: (\w+\.)*job_audit_events\b/i,
    [],
    "The table job_audit_events (migration 001) is missing.",
    seeThenAdd,
    null,
    "The guide's first check reports this if the migration is incomplete, or if it checks the wrong database: the local one without --remote, or the one of another config.",
  ),
  entry(
    "SQL_FAILED",
    /incomplete input/i,
    [],
    "The SQL ended too early: a shell cut it off, at a quotation mark or a line break in it.",
    `This command needs no quoting:\n  kv-manager-upgrade ${databasePlaceholder}`,
  ),
  entry(
    "SQL_FAILED",
    /not authorized: SQLITE_AUTH|state\.storage\.transaction/i,
    [],
    "D1 does not allow a statement: BEGIN, SAVEPOINT, some PRAGMAs, or access to its internal tables.",
    'Leave that statement out. If it came from this program, open an issue with the output of "kv-manager-upgrade report".',
  ),
  entry(
    "SQL_FAILED",
    /no such table/i,
    [],
    "A table that the statement needs does not exist in this database.",
    `See what this database has; it may be the wrong one, or empty:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    null,
    "A wrong config silently creates a new, empty local database: the guide's command for local development needs --config wrangler.dev.toml.",
  ),
  // Late in the list: an engine that cannot open its files reports that before this.
  engineNotStarted,
  entry(
    "SQL_FAILED",
    // Shells have syntax errors too.
    /SQLITE_[A-Z]+|D1_ERROR|(near \\?".{0,200}"|unterminated string): syntax error|no such column|too many columns/i,
    [7500],
    "The database refused a statement.",
    'Check what is there with "kv-manager-upgrade status"; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".',
  ),
];

/**
 * For an unknown text.
 * @param speaker who said it
 */
export function unknownTo(speaker: Speaker): Diagnostic {
  return entry(
    "UNEXPECTED_OUTPUT",
    null,
    [],
    speaker === "Wrangler"
      ? "Wrangler ended with an error that this program does not know."
      : `${speaker} answered with an error that this program does not know.`,
    'Run this again; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".',
  );
}
