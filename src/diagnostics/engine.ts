import { databasePlaceholder, filePlaceholder } from "../messages/placeholders.js";
import { type Diagnostic, diagnostic, moreMemory } from "./diagnostic.js";

/** What goes wrong with the engine of local databases, and with the files that it opens. */

/** The start of a sentence about the engine. */
const workerd = "workerd, the part of wrangler that runs local databases,";
const onAlpine = "KV Manager's own container image is built on Alpine, so this happens inside of it.";
const glibcWays =
  "For a database that is mounted into a container, run this outside of it:\n  kv-manager-upgrade --local --persist-to DIR\nOtherwise use an image or system with glibc, such as Debian or node:22-slim.";

/** No reason is known: if the engine ends early enough, none is passed on. */
export const engineNotStarted = diagnostic({
  code: "UNEXPECTED_OUTPUT",
  text: /Workers runtime failed to start/i,
  means: `${workerd} did not start.`,
  advice: `It cannot run on Alpine and other systems without glibc. ${glibcWays} On a system with glibc, install the project's packages again:\n  npm install --include=optional\nIf memory ran out, allow more. If none of this helps, run this again with --debug, which shows workerd's output.`,
  unsent: true,
});

/** Why the local database engine does not start, as in KV Manager's own container image. */
export const engineDiagnostics: Diagnostic[] = [
  diagnostic({
    code: "WRANGLER_NOT_FOUND",
    text: /cannot find (module|package) .{0,3}@cloudflare\/workerd-|package .{0,3}@cloudflare\/workerd-[\w-]+.{0,3} could not be found|installed workerd on another platform/i,
    means: `${workerd} is not installed for this system: optional packages were left out, or node_modules was copied from another system.`,
    advice: "Install the project's packages again on this system:\n  npm install --include=optional",
    unsent: true,
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /GLIBC(XX)?_\d[\d.]*.? not found/i,
    means: `${workerd} needs a newer C library than this system has.`,
    advice: "Use a newer system or image, such as Debian 12 or node:22-slim.",
    unsent: true,
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /error relocating .{0,300}symbol not found/i,
    means: `${workerd} is built for glibc, which Alpine and other musl systems do not have.`,
    advice: glibcWays,
    unsent: true,
    background: onAlpine,
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /spawn .{0,300}workerd\S* ENOENT/i,
    means: `${workerd} cannot be started: its file is not there, or the system, like Alpine and other musl systems, has no glibc.`,
    advice: `${glibcWays} On a system with glibc, install the project's packages again:\n  npm install --include=optional`,
    unsent: true,
    background: onAlpine,
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /OPENSSL_internal:(NO_START_LINE|BAD_END_LINE|BAD_BASE64_DECODE)/i,
    means: `${workerd} cannot read the certificates in the file that NODE_EXTRA_CA_CERTS names.`,
    advice:
      "That file must contain only certificates (PEM). Correct it, or unset NODE_EXTRA_CA_CERTS for a local database, then run this again.",
    unsent: true,
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /illegal instruction|\bSIGILL\b/i,
    means: `${workerd} needs processor instructions that this computer, or this virtual machine, does not have.`,
    advice:
      'Run this on another computer with a copy of the folder, or set the processor type of the virtual machine to "host".',
    unsent: true,
  }),
];

/** The engine ended while it was working: the connection to it is lost. */
export const engineEnded = diagnostic({
  code: "UNEXPECTED_OUTPUT",
  means: `${workerd} stopped while it was working, usually because memory ran out.`,
  advice: moreMemory,
});

/** The file of a local database was replaced during a request. */
export const fileReplaced = diagnostic({
  code: "UNEXPECTED_OUTPUT",
  means: "The file of the local database was replaced while it was in use.",
  advice: `See what the database has now:\n  kv-manager-upgrade status ${databasePlaceholder}`,
  transient: true,
});

/** The file of a local database has disappeared since it was read. */
export const fileGone = diagnostic({
  code: "DATABASE_NOT_FOUND",
  means: "The file of the local database is no longer there: it was moved or deleted in the meantime.",
  advice: `It was:\n  ${filePlaceholder}\nPut it back, then run this again.`,
  unsent: true,
});
