import { databasePlaceholder, filePlaceholder } from "../messages/placeholders.js";
import { runAgainOrReport } from "../messages/shared.js";
import type { Speaker } from "../messages/wrangler.js";
import { type Diagnostic, diagnostic, moreMemory } from "./diagnostic.js";
import { engineDiagnostics, engineNotStarted } from "./engine.js";
import { kvManagerDiagnostics } from "./kv-manager.js";

/** Killed, either by hand or because memory ran out. */
export const endedBySystem = diagnostic({
  code: "UNEXPECTED_OUTPUT",
  text: /\bSIGKILL\b|exit(ed)?( with)?( code)? 137\b|oom[- ]?kill|^\s*(zsh: |.{1,200}: line \d+: +\d+ )?killed\b/im,
  means: "The system killed wrangler (SIGKILL), usually because memory ran out.",
  advice: moreMemory,
});

/** The same, as it shows when wrangler's own second process was killed. */
export const endedInSilence = diagnostic({
  code: "UNEXPECTED_OUTPUT",
  means:
    "Wrangler stopped without any output, which happens when the system kills it, usually because memory ran out.",
  advice: moreMemory,
});

/** Shortages of the computer itself. */
const computerFailures: Diagnostic[] = [
  diagnostic({
    code: "QUOTA",
    text: /\bENOSPC\b|no space left on device/i,
    means: "The disk of this computer is full.",
    advice: "Free some space on it, then run this again.",
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /JavaScript heap out of memory|\bENOMEM\b|cannot allocate memory|std::bad_alloc/i,
    means: "This computer, or its container, has too little memory for wrangler.",
    advice: moreMemory,
  }),
  endedBySystem,
];

/** Node does not know the issuer of a certificate, or received an unencrypted response. */
export const untrustedCertificate = diagnostic({
  code: "NETWORK",
  text: /self[- ]signed certificate|unable to verify the first certificate|unable to get (local )?issuer certificate|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|SSL routines:.{0,60}(wrong version number|packet length too long)|ssl3_get_record:wrong version number/i,
  means:
    "A company's proxy or a virus scanner intercepts the encrypted connection to Cloudflare, and Node does not trust its certificate. Nothing was sent.",
  advice:
    "Save the certificate of that proxy or scanner as a PEM file (your IT department may have it), set NODE_EXTRA_CA_CERTS to the path of that file, then run this again. With Node 24 or newer, NODE_OPTIONS=--use-system-ca is enough if the system already trusts it.",
  unsent: true,
});

/** Why no encrypted connection can be made. */
const certificateFailures: Diagnostic[] = [
  diagnostic({
    code: "NETWORK",
    text: /CERT_HAS_EXPIRED|certificate has expired|CERT_NOT_YET_VALID|certificate is not yet valid/i,
    means:
      "Cloudflare's certificate is expired or not yet valid, according to this computer's clock. Nothing was sent.",
    advice:
      "Correct the date and time of this computer. If they are correct, a company's proxy or a virus scanner uses an old certificate; have it renewed. Then run this again.",
    unsent: true,
  }),
  diagnostic({
    code: "NETWORK",
    text: /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/i,
    means:
      "Something other than Cloudflare answered, with a certificate for another name: a network's login page, a proxy, or a wrong DNS server. Nothing was sent.",
    advice:
      "Log in to the network in a browser, or check the proxy and CLOUDFLARE_API_BASE_URL if they are set, then run this again.",
    unsent: true,
  }),
  untrustedCertificate,
];

/** An older wrangler requires an id for a local database too, although Cloudflare has nothing under it. */
export const idWanted = diagnostic({
  code: "CONFIG_INVALID",
  text: /bindings must have a \\?"database_id\\?" field/i,
  means: "The project's wrangler requires a database_id in the config, for a local database too.",
  advice:
    'Update wrangler, which then needs none for a local database:\n  npm install --save-dev wrangler@4\nOr write one into the config; for a local database any text will do, such as database_id = "local-dev-database".',
  unsent: true,
});

/** Fields that some wrangler versions require in a database's config entry. */
const databaseFields: Diagnostic[] = [
  idWanted,
  diagnostic({
    code: "CONFIG_INVALID",
    text: /bindings must have a \\?"database_name\\?" field/i,
    means: "The project's wrangler requires a database_name in the config.",
    advice: 'Write one into the entry of the database, such as database_name = "kv-manager-metadata".',
    unsent: true,
  }),
];

/** What to do if something already exists. */
const addsOnlyWhatIsMissing = `This looks at what is there and adds only what is missing:\n  kv-manager-upgrade ${databasePlaceholder}`;
const checkConnection = "Check the connection (and proxy, if there is one), then run this again.";

/** Every known failure, the more specific text first. One list for the program and for `explain`. */
export const diagnostics: Diagnostic[] = [
  diagnostic({
    code: "SQL_FAILED",
    text: /duplicate column name/i,
    means: "A column that was to be added is already there, so the whole batch was undone.",
    advice: addsOnlyWhatIsMissing,
    background:
      "KV Manager's migration guide says that this is harmless and the migration complete. Neither is true: the guide's file is one transaction, so on a partly upgraded database this error undid all of it, including what was really missing.",
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /(table|index|view) .{1,80} already exists|there is already (a|an) (table|index) named/i,
    means: "Something of that name is already there, so the whole batch was undone.",
    advice: addsOnlyWhatIsMissing,
    background:
      "KV Manager's migration guide treats it as a sign that the migration is complete. It is not: what was sent together with it was undone, and other parts may still be missing.",
  }),
  diagnostic({
    code: "LOCAL_STATE_NEWER",
    text: /table _cf_\w+ has \d+ columns but \d+ values were supplied/i,
    means:
      "A newer wrangler has used this local database, and the project's own wrangler can no longer read it.",
    advice:
      "Update the project's wrangler to that newer version (for example: npm install --save-dev wrangler@latest), then run this again.",
  }),
  diagnostic({
    code: "NODE_TOO_OLD",
    text: /Wrangler requires at least Node\.js/i,
    means: "The project's wrangler needs a newer Node than this one.",
    advice: "Switch to the Node version that the message names, then run this again.",
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /at new (EnvHttp)?ProxyAgent\b/,
    means: "HTTPS_PROXY or HTTP_PROXY is not a valid proxy address, so wrangler did not start.",
    advice:
      "Write the address in full, as in http://proxy.example.com:8080, or unset the variable, then run this again.",
    unsent: true,
  }),
  ...engineDiagnostics,
  ...computerFailures,
  diagnostic({
    code: "BUSY",
    text: /\b(EBUSY|EPERM|EACCES|ENOTEMPTY)\b.{0,80}\b(unlink|rmdir|rm|rename)\b|(EBUSY|EPERM|EACCES|ENOTEMPTY): .*(miniflare|workerd)/i,
    means:
      "On Windows, wrangler could not delete a temporary file that was still open. This usually happens after the work was done.",
    advice: `Check whether it was applied:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    transient: true,
    background:
      "KV Manager's migration guide describes this as a file handle error of --file. This program never uses --file.",
  }),
  diagnostic({
    code: "BINDING_NOT_FOUND",
    text: /No environment found in configuration with name/i,
    means: "The config has no environment with that name.",
    advice:
      "Name one of the config's environments with --env, or omit --env. CLOUDFLARE_ENV names one too, if it is set.",
  }),
  ...databaseFields,
  diagnostic({
    code: "CONFIG_INVALID",
    text: /Missing entry-point to Worker script/i,
    means: "The config does not say which Worker is to be deployed: it has no main.",
    advice:
      "This does not matter for the database. To deploy, use a checkout of KV Manager with its own config, made from wrangler.toml.example.",
  }),
  diagnostic({
    code: "CONFIG_INVALID",
    text: /field is no longer supported|Processing \S+ configuration:[\s\S]{0,2000}?(Expected|Unexpected|not valid|invalid)/i,
    means: "The project's wrangler does not accept the Wrangler config.",
    advice: 'Fix the setting it names; "node_compat = true" is now compatibility_flags = ["nodejs_compat"].',
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /SQLITE_NOTADB|file is not a database|SQLITE_CORRUPT|database disk image is malformed/i,
    means: "The file of the local database is damaged, or is not a database.",
    advice: `It is:\n  ${filePlaceholder}\nPut a good copy of it back. Or move it elsewhere, with the files of the same name that end in -wal and -shm, and set up a new, empty one:\n  kv-manager-upgrade setup ${databasePlaceholder}`,
  }),
  diagnostic({
    code: "READ_ONLY",
    text: /SQLITE_READONLY|attempt to write a readonly database|SQLITE_CANTOPEN|unable to open database file|(?<!connect )\bEACCES\b|\bEROFS\b|\bEPERM\b/i,
    means: "This user cannot write the database's files.",
    advice: `The database's file is:\n  ${filePlaceholder}\nRun this again as the user who owns it, or with write permission.`,
  }),
  diagnostic({
    code: "BUSY",
    text: /SQLITE_BUSY|database is locked/i,
    means: "Another program holds a lock on the database.",
    advice: "Stop the program that is using it (wrangler dev, a container), then run this again.",
    refused: true,
  }),
  diagnostic({
    code: "BUSY",
    text: /Currently processing a long-running (import|export)/i,
    means: "The database is busy with an import or export and unavailable until it finishes.",
    advice: "Wait until the import or export has finished, then run this again.",
    refused: true,
  }),
  diagnostic({
    code: "NOT_LOGGED_IN",
    text: /non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN|not logged in|You are not authenticated|Failed to (fetch|refresh) (auth|OAuth|access) token/i,
    means: "Wrangler is not logged in to Cloudflare.",
    advice: 'Log in with "npx wrangler login", or set CLOUDFLARE_API_TOKEN, then run this again.',
  }),
  diagnostic({
    code: "ACCOUNT_AMBIGUOUS",
    text: /More than one account available/i,
    means: "Your login has access to several Cloudflare accounts, and none is selected.",
    advice: "Set CLOUDFLARE_ACCOUNT_ID to the account that holds the database, then run this again.",
  }),
  diagnostic({
    code: "QUOTA",
    text: /free tier daily row (read|write) limit|daily (read|write) limit/i,
    means: "The account has reached D1's free limit for today.",
    advice: "Wait until it resets at 00:00 UTC, or move to a paid plan, then run this again.",
  }),
  diagnostic({
    code: "QUOTA",
    text: /Exceeded maximum DB size|maximum account storage|database or disk is full|SQLITE_FULL/i,
    means: "The database, the account's storage or the disk is full.",
    advice:
      "Free some space (delete old rows, or free disk space for a local database), then run this again.",
  }),
  diagnostic({
    code: "QUOTA",
    text: /maximum number of D1 databases/i,
    numbers: [7406],
    means: "The account has reached its limit of D1 databases.",
    advice:
      'Delete one that is no longer needed ("npx wrangler d1 list" shows them), or move to a paid plan, then run this again.',
  }),
  diagnostic({
    code: "OVERLOADED",
    text: /exceeded timeout which caused object to be reset|exceeded its (CPU time|memory) limit|reset because its code was updated|transient issue|D1_RESET_DO/i,
    means: "The database was overloaded and restarted.",
    advice: "Wait a minute, then run this again.",
    transient: true,
  }),
  diagnostic({
    code: "OVERLOADED",
    text: /overloaded|Requests queued for too long|rate[- ]limit|too many requests/i,
    numbers: [7429, 10429, 971],
    means: "The database is overloaded.",
    advice: "Wait a minute, then run this again.",
    refused: true,
  }),
  diagnostic({
    code: "OVERLOADED",
    text: /internal error|internal server error|Network connection lost|storage caused object to be reset/i,
    numbers: [10013],
    means: "Cloudflare had an internal error.",
    advice: "Wait a minute, then run this again; www.cloudflarestatus.com shows current incidents.",
    transient: true,
  }),
  ...certificateFailures,
  diagnostic({
    code: "NETWORK",
    text: /^Redirected \(HTTP 3/,
    means: "Something other than Cloudflare answered with a redirect, which was not followed.",
    advice:
      "Log in to the network in a browser if it asks for that, or check CLOUDFLARE_API_BASE_URL if it is set, then run this again.",
  }),
  diagnostic({
    code: "NETWORK",
    text: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|connect (ETIMEDOUT|EACCES)/i,
    means: "Cloudflare could not be reached.",
    advice: checkConnection,
    transient: true,
  }),
  diagnostic({
    code: "NETWORK",
    text: /ECONNRESET|\bEPIPE\b|socket hang up|client (has )?disconnected|other side closed|(^|error[:\]])\s*terminated\s*$|UND_ERR_SOCKET/im,
    means: "The connection to Cloudflare was lost before it answered.",
    advice: checkConnection,
    transient: true,
  }),
  diagnostic({
    code: "NETWORK",
    text: /fetch failed|ETIMEDOUT|UND_ERR|\b50[0-9]\b.*(gateway|unavailable|server error)|(gateway|service) (time-?out|unavailable)|received a malformed response from the API/im,
    means: "Cloudflare could not be reached, or its answer was lost.",
    advice: checkConnection,
    transient: true,
  }),
  diagnostic({
    code: "DATABASE_NOT_FOUND",
    text: /Couldn't find DB with name|database .{0,80}could not be found|database not found/i,
    numbers: [7404, 7400],
    means: "The account has no database with the id in the config.",
    advice:
      'Compare database_id in the config with the ids that "npx wrangler d1 list" shows, and correct it.',
  }),
  diagnostic({
    code: "AUTHENTICATION",
    text: /Failed to automatically retrieve account IDs|Authentication (error|failed)|Invalid access token|Unable to authenticate request|not authorized to access this service|Invalid API Token|Invalid request headers/i,
    numbers: [7403, 10000, 10001, 9106, 9109, 6003, 6111],
    means: "Cloudflare did not accept the login for this database.",
    advice:
      'Check with "npx wrangler whoami" that you are logged in to the account that holds the database, with permission to edit D1.',
  }),
  diagnostic({
    code: "BINDING_NOT_FOUND",
    text: /Couldn't find a D1 DB with the name or binding/i,
    means: "The config that wrangler read has no database of this name.",
    advice:
      "Name the database, and the right config is found for you:\n  kv-manager-upgrade --local --binding kv-manager-metadata-dev",
    background:
      "Without --config, wrangler reads only wrangler.toml. KV Manager's development database, kv-manager-metadata-dev, is in wrangler.dev.toml, so the guide's command for local development needs --config wrangler.dev.toml too. A wrong config can also create a new, empty local database.",
  }),
  diagnostic({
    code: "CONFIG_INVALID",
    text: /is missing a database_id, which is needed/i,
    means: "The config does not say which deployed database is meant: it has no database_id.",
    advice: 'Write the id from "npx wrangler d1 list" as database_id into the config, then run this again.',
  }),
  ...kvManagerDiagnostics,
  diagnostic({
    code: "SQL_FAILED",
    text: /incomplete input/i,
    means: "The SQL ended too early: a shell cut it off, at a quotation mark or a line break in it.",
    advice: `This command needs no quoting:\n  kv-manager-upgrade ${databasePlaceholder}`,
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /not authorized: SQLITE_AUTH|state\.storage\.transaction/i,
    means: "D1 does not allow a statement: BEGIN, SAVEPOINT, some PRAGMAs, or access to its internal tables.",
    advice:
      'Leave that statement out. If it came from this program, open an issue with the output of "kv-manager-upgrade report".',
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /no such table/i,
    means: "A table that the statement needs does not exist in this database.",
    advice: `See what this database has; it may be the wrong one, or empty:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    background:
      "A wrong config silently creates a new, empty local database: the guide's command for local development needs --config wrangler.dev.toml.",
  }),
  // Late in the list: an engine that cannot open its files reports that before this.
  engineNotStarted,
  diagnostic({
    code: "SQL_FAILED",
    // Shells have syntax errors too.
    text: /SQLITE_[A-Z]+|D1_ERROR|(near \\?".{0,200}"|unterminated string): syntax error|no such column|too many columns/i,
    numbers: [7500],
    means: "The database refused a statement.",
    advice:
      'Check what is there with "kv-manager-upgrade status"; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".',
  }),
];

const reported: Record<Speaker, string> = {
  Wrangler: "Wrangler ended with",
  Cloudflare: "Cloudflare answered with",
  Node: "Node.js reported",
  "The database": "The database answered with",
};

/**
 * For an unknown text.
 * @param speaker who said it
 */
export function unknownTo(speaker: Speaker): Diagnostic {
  return diagnostic({
    code: "UNEXPECTED_OUTPUT",
    means: `${reported[speaker]} an error that this program does not know.`,
    advice: runAgainOrReport,
  });
}
