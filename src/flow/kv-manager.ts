import { dirname } from "node:path";
import type { Snapshot } from "../database/snapshot.js";
import { Problem } from "../lib/problem.js";
import type { Catalog } from "../plan/catalog.js";
import { type ChosenVersion, chooseVersion, type KvManager, neededBy } from "../plan/kv-manager.js";
import { readCatalog } from "../plan/read-catalog.js";
import { checkoutVersion } from "../project/checkout.js";
import type { Request } from "../run/request.js";
import type { Facts } from "../run/result.js";

/** Returns the KV Manager version given with `--for`; null without it. */
export function namedByFlag({ forVersion }: Pick<Request, "forVersion">): KvManager | null {
  return forVersion === null ? null : { version: forVersion, from: "flag" };
}

/**
 * Chooses the KV Manager version that a run plans for, without asking.
 * @param request may specify it with a flag
 * @param configPath absolute path of the database's config; null if it is not known
 * @param found the schema as read; null without a database
 * @returns the version, and the part of the catalog that it needs
 */
export function chooseKvManager(
  request: Pick<Request, "forVersion">,
  { configPath, found }: { configPath: string | null; found: Snapshot | null },
  catalog: Catalog,
): { chosen: ChosenVersion; needed: Catalog } {
  const checkout = configPath === null ? null : checkoutVersion(dirname(configPath));
  const chosen = chooseVersion({ named: namedByFlag(request), checkout, found }, catalog);
  return { chosen, needed: neededBy(chosen.kvManager.version, catalog) };
}

/**
 * Does the same for a run that ended before anything was read: a flag or a checkout may still specify the version.
 * @returns an empty object if the files in sql/ are what failed
 */
export function kvManagerUnread({ connection }: Facts, request: Request): Partial<ChosenVersion> {
  const configPath = connection?.target.configPath ?? null;
  try {
    return chooseKvManager(request, { configPath, found: null }, readCatalog()).chosen;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return {};
  }
}
