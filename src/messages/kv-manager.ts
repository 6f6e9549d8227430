/** Texts about the version of KV Manager that a database is for. */
import { count } from "./shared.js";
import { usage } from "./usage.js";

/** @param known what `--for` accepts */
export const unknownVersion = (version: string, known: string[]) =>
  usage(`"${version}" is not a known version of KV Manager. Use one of ${known.join(", ")}.`);

/** A flag gives a version that this program does not know yet. */
export const versionTooNew = (version: string, newest: string) =>
  `Planned for KV Manager ${newest}, the newest version this program knows; ${version} is newer.`;

/** The checkout is a version that this program does not know yet. */
export const checkoutTooNew = (version: string, newest: string) =>
  `Planned for KV Manager ${newest}, the newest version this program knows. This checkout is ${version}: run npx kv-manager-upgrade@latest.`;

/** Which KV Manager a plan is for, and why, in one line. */
export const plannedFor = {
  flag: (version: string) => `Planned for KV Manager ${version}, as set with --for.`,
  answer: (version: string) => `Planned for KV Manager ${version}, as you chose.`,
  checkout: (version: string) => `Planned for KV Manager ${version}, the version of this checkout.`,
  database: (version: string) =>
    `Planned for KV Manager ${version}; the database already has some of its tables.`,
  default: (version: string) =>
    `Planned for KV Manager ${version}. KV Manager 2 needs more: add --for 2 to plan for it.`,
};

/** The same for a saved schema, whose checkout is someone else's. */
export const plannedForSaved = (version: string) =>
  `Planned for KV Manager ${version}, the version of the checkout that the schema comes from.`;

export const whichVersion = {
  message: "Which KV Manager will use this database?",
  why: "A newer version needs more tables and columns. An older one ignores them.",
};

/**
 * @param newest the newest known version of KV Manager
 * @param statements how many this database still needs
 */
export const versionAnswer = (known: { version: string; newest: string; statements: number }) => ({
  label: `KV Manager ${known.version}.x`,
  hint: [
    ...(known.newest.startsWith(`${known.version}.`) ? [`up to ${known.newest}`] : []),
    known.statements === 0 ? "nothing to add" : `${count(known.statements, "statement")} to add`,
  ].join(", "),
});

/** Reasons shown after an answer that was filled in without asking. */
export const answeredBy = {
  flag: "from --for",
  checkout: "the version of this checkout",
  newest: "the newest known version",
};

/** @param missing what its ledger may list as applied, as `column bulk_jobs.metadata` */
export const ledgerClaims = (missing: string[]) =>
  `KV Manager's own upgrade looks only at the names of tables, so its record (schema_version) may list ${new Intl.ListFormat("en").format(missing)} as applied. This program relies only on the schema.`;

/** Shown after an upgrade for 2.x, whose page has its own upgrade banner. */
export const bannerOnceMore =
  'KV Manager may show its own upgrade banner once more. Its "Upgrade Now" then finds nothing to do and only records that.';
