import { Problem } from "../lib/problem.js";
import { indented, runAgainOrReport } from "./shared.js";

/** @param install the command that installs it */
export function wranglerNotFound(install: string): Problem {
  return new Problem(
    "WRANGLER_NOT_FOUND",
    "Wrangler, which talks to the database, is not installed in this project.",
    `Install it with:\n  ${install}`,
  );
}

/**
 * A command on PATH that did not give its version.
 * @param command its path
 * @param why `itSaid` or `noAnswerWithin`
 * @param install the command that installs wrangler into the project
 */
export function wranglerUnusable(command: string, why: string, install: string): Problem {
  return new Problem(
    "WRANGLER_NOT_FOUND",
    `There is a wrangler on PATH (${command}), but it cannot be used. ${why}`,
    `Make sure that "wrangler --version" works in this folder, or install wrangler in the project, which takes precedence:\n  ${install}`,
  );
}

/** The same for a command on Windows that only a shell can start. */
export function onlyThroughShell(command: string, install: string): Problem {
  return new Problem(
    "WRANGLER_NOT_FOUND",
    `There is a wrangler on PATH (${command}), but it cannot be used: it is a shell script, which cannot be given multi-line SQL.`,
    `Install wrangler in the project, which takes precedence:\n  ${install}`,
  );
}

/** Why a command cannot be used: what it printed instead of a version, or that it did not answer in time. */
export const itSaid = (text: string) => (text === "" ? "It gave no version." : `It said: ${ended(text)}`);
export const noAnswerWithin = (seconds: number) => `It did not answer within ${seconds} s.`;

/** In a report, replaces the version of a command that was not started. */
export const notAsked = (command: string) => `on PATH as ${command}; its version was not asked for`;

/**
 * @param version its version
 * @param oldest the oldest supported version
 * @param install the command that installs a newer one
 * @param command its path, if it is not the project's
 */
export function wranglerTooOld(
  version: string,
  oldest: string,
  install: string,
  command: string | null = null,
): Problem {
  const which = command === null ? "The project's wrangler" : `The wrangler on PATH (${command})`;
  return new Problem(
    "WRANGLER_TOO_OLD",
    `${which} is ${version}; this program needs ${oldest} or newer.`,
    `Update it with:\n  ${install}`,
  );
}

/**
 * @param wrangler the version of the project's wrangler
 * @param needed the Node version that it needs, as major and minor number
 * @param node the version of the running Node
 */
export function nodeTooOld(wrangler: string, [major, minor]: [number, number], node: string): Problem {
  return new Problem(
    "NODE_TOO_OLD",
    `The project's wrangler ${wrangler} needs Node ${major}.${minor} or newer; this is Node ${node}.`,
    `Switch to Node ${major}.${minor} or newer (for example with "nvm install ${major}"), then run this again.`,
  );
}

/** No answer came within so many seconds. */
export function timedOut(speaker: Speaker, seconds: number): Problem {
  return new Problem(
    "TIMEOUT",
    speaker === "Wrangler"
      ? `Wrangler did not answer within ${seconds} s and was terminated.`
      : `${speaker} did not answer within ${seconds} s.`,
    "Run this again; --timeout SECONDS allows more time.",
  );
}

/** @param detail what in the answer is unexpected */
export function unknownAnswer(detail: string): Problem {
  return new Problem(
    "UNEXPECTED_OUTPUT",
    `The answer has an unexpected format (${detail}).`,
    runAgainOrReport,
  );
}

/** The advice was followed, but the file cannot be read. */
export const extraCertificatesUnread = (file: string) =>
  `NODE_EXTRA_CA_CERTS is set, but its file cannot be read: ${file}.`;

/** The advice was followed, but the file does not have the right certificate. */
export const extraCertificatesLackIt = (file: string) =>
  `NODE_EXTRA_CA_CERTS is set, but its file does not have that certificate: ${file}.`;

/** @param proxy its host and port */
export function proxyWantsLogin(proxy: string): Problem {
  return new Problem(
    "NETWORK",
    `The proxy ${proxy} requires a user name and a password (407). Nothing was sent to Cloudflare.`,
    "Add them to HTTPS_PROXY, as in http://USER:PASSWORD@HOST:PORT, then run this again.",
  );
}

/** What can report a failure: whatever is queried on the way to a database. */
export type Speaker = "Wrangler" | "Cloudflare" | "Node" | "The database";

/** Quotes a speaker after what a failure means; empty if it said nothing. */
export function said(speaker: Speaker, text: string): string {
  return text === "" ? "" : ` ${speaker} said: ${ended(text)}`;
}

/** Another program's message, as the end of a sentence. */
function ended(text: string): string {
  return `${text}${/[.!?…]$/.test(text) ? "" : "."}`;
}

/** The accounts (name and id) to choose from; goes after the advice. */
export function oneOfAccounts(accounts: { name: string | null; id: string }[]): string {
  return ` Your accounts:\n${indented(accounts.map(({ id, name }) => `\`${name ?? "(redacted)"}\`: \`${id}\``))}`;
}

// What further checks find after Cloudflare refused a database. `field` is the config's key for the id, `config` the
// file as shown to people.

/** The config has the id that KV Manager's public repository tracks. */
export function publicRepositoryId(field: string, config: string): string {
  return `The ${field} in ${config} comes from KV Manager's public repository; it is not yours.`;
}

/** The config has a placeholder, or another text, where the id belongs. */
export function notAnId(field: string, config: string): string {
  return `The ${field} in ${config} is not the id of a database.`;
}

/**
 * Wrangler used an account that it remembers, but the database is not in it.
 * @param account its name (may be empty) and id
 * @param file where it is remembered, as shown to people
 */
export function remembersAccount(
  { name, id }: { name: string; id: string },
  file: string,
  config: string,
): string {
  const which = name === "" ? id : `${name} (${id})`;
  return `Wrangler used the account ${which}, which it remembers from an earlier choice in ${file}, but the database is not in it. Set CLOUDFLARE_ACCOUNT_ID, add account_id to ${config}, or delete that file to be asked again; then run this again.`;
}

/** The account has the database, but access was refused. */
export const listedButRefused =
  "The account has this database, but this login may not use it: ask the account's owner for permission to edit D1.";

/** The account has no database. */
export const accountIsEmpty =
  'The account has no D1 database at all; check with "npx wrangler whoami" that it is the right account.';

/** The account does not have the database, but has others. `names` has at least one. */
export function accountHasOthers(names: string[], field: string, config: string): string {
  return `The account has no database with this id, but it has: ${names.join(", ")}. Find the id of yours with npx wrangler d1 info NAME, write it as ${field} into ${config}, then run this again.`;
}
