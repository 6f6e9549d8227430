import type { Snapshot } from "../database/snapshot.js";
import { compareVersions, majorOf, parseVersion } from "../lib/version.js";
import * as messages from "../messages/kv-manager.js";
import { allMigrations, type Catalog } from "./catalog.js";
import { hasTable } from "./compare.js";

/**
 * The KV Manager that a database is for: a version as it was given (`2` stands for all of 2.x), and where it comes
 * from. An `answer` is the wizard's; `checkout` is the version in KV Manager's own package.json.
 */
export interface KvManager {
  version: string;
  from: "flag" | "answer" | "checkout" | "database" | "default";
}

/** What is known of the version before planning; null if a source gives none. */
export interface VersionSources {
  /** `--for`, or what a saved schema was planned for. */
  named: KvManager | null;
  /** The version in the checkout's package.json. */
  checkout: string | null;
  /** The schema as read; null without a database. */
  found: Snapshot | null;
}

/** A target that was chosen. */
export interface ChosenVersion {
  kvManager: KvManager;
  /** A sentence if the version is newer than any known one; null otherwise. */
  versionNote: string | null;
}

/** Used if no source gives a version. */
export const defaultKvManager: KvManager = { version: "1", from: "default" };

/** KV Manager 2.x's own record of its upgrades. It is never trusted and never written to. */
export const ledgerTable = "schema_version";

/** The first major version of KV Manager that keeps it. */
export const ledgerSince = 2;

/** Chooses the version to plan for: the one given, else the checkout's, else what the database shows, else 1. */
export function chooseVersion({ named, checkout, found }: VersionSources, catalog: Catalog): ChosenVersion {
  if (named !== null) return bounded(named, catalog);
  if (checkout !== null) return bounded({ version: checkout, from: "checkout" }, catalog);
  const major = found === null ? null : majorShown(found, catalog);
  return {
    kvManager: major === null ? defaultKvManager : { version: major, from: "database" },
    versionNote: null,
  };
}

/**
 * Checks the value of `--for`.
 * @throws {Problem} USAGE if it is not a version, or its major is unknown
 */
export function checkVersion(version: string, catalog: Catalog): void {
  if (parseVersion(version) === null || !majorsOf(catalog).includes(majorOf(version)))
    throw messages.unknownVersion(version, knownVersions(catalog));
}

/**
 * The part of a catalog that a version needs; the rest is `later`.
 * @param version such as `2.1.0`, or `2` for all of 2.x
 */
export function neededBy(version: string, catalog: Catalog): Catalog {
  const all = allMigrations(catalog);
  const [first = version] = all.map((m) => m.version).sort(compareVersions);
  // A checkout older than the first known version needs what that one needs.
  const target = compareVersions(version, first) < 0 ? first : version;
  const isNeeded = (needed: string) => compareVersions(needed, target) <= 0;
  return {
    ...catalog,
    migrations: all.filter((m) => isNeeded(m.version)),
    later: all.filter((m) => !isNeeded(m.version)),
  };
}

/** The known major versions, ascending, as `--for` takes them: `1`, `2`. */
export function knownMajors(catalog: Catalog): string[] {
  return majorsOf(catalog).map(String);
}

/** Replaces a version newer than any known one with the newest known. */
function bounded(kvManager: KvManager, { newest }: Catalog): ChosenVersion {
  const given = parseVersion(kvManager.version) ?? [];
  const known = parseVersion(newest) ?? [];
  const at = given.findIndex((part, i) => part !== known[i]);
  if (at === -1 || (given[at] ?? 0) < (known[at] ?? 0)) return { kvManager, versionNote: null };
  const versionNote =
    kvManager.from === "checkout"
      ? messages.checkoutTooNew(kvManager.version, newest)
      : messages.versionTooNew(kvManager.version, newest);
  return { kvManager: { ...kvManager, version: newest }, versionNote };
}

/** The newest major version whose tables a database has; the ledger is from 2.x. */
function majorShown(found: Snapshot, catalog: Catalog): string | null {
  const shown = allMigrations(catalog)
    .filter((m) => m.statements.some(({ provides: p }) => p.kind === "table" && hasTable(p.name, found)))
    .map((m) => majorOf(m.version));
  const newest = Math.max(hasTable(ledgerTable, found) ? ledgerSince : 0, ...shown);
  return newest > majorOf(defaultKvManager.version) ? String(newest) : null;
}

function majorsOf(catalog: Catalog): number[] {
  return [...new Set(allMigrations(catalog).map((m) => majorOf(m.version)))].sort((a, b) => a - b);
}

/** What `--for` accepts, for an error message: the majors, each version with a migration, and the newest. */
function knownVersions(catalog: Catalog): string[] {
  const versions = new Set([...allMigrations(catalog).map((m) => m.version), catalog.newest]);
  return [...knownMajors(catalog), ...[...versions].sort(compareVersions)];
}
