import { dirname } from "node:path";
import type { Snapshot } from "../database/snapshot.js";
import { Problem } from "../lib/problem.js";
import type { Catalogue } from "../plan/catalogue.js";
import { checkVersion, type KvManager } from "../plan/kv-manager.js";
import { readCatalogue } from "../plan/read-catalogue.js";
import { checkoutVersion } from "../project/checkout.js";
import type { Request } from "../run/request.js";
import { type Result, takeVersion } from "../run/result.js";

/**
 * Checks what `--for` names, before anything else is done.
 * @throws {Problem} USAGE
 */
export function checkForVersion(version: string): void {
  checkVersion(version, readCatalogue());
}

/** The KV Manager that `--for` names; null where it does not. */
export function namedByFlag({ forVersion }: Pick<Request, "forVersion">): KvManager | null {
  return forVersion === null ? null : { version: forVersion, from: "flag" };
}

/**
 * Takes over for which KV Manager a run plans, as far as nobody has to be asked.
 * @param result gets the version, and a note where a later one was named than all that is known
 * @param request says it by flag
 * @param configPath absolute path of the database's config; null where it is not known
 * @param found the schema as read; null without a database
 * @returns the part of the catalogue that this version needs
 */
export function takeKvManager(
  result: Result,
  request: Pick<Request, "forVersion">,
  { configPath, found }: { configPath: string | null; found: Snapshot | null },
  catalogue: Catalogue,
): Catalogue {
  const checkout = configPath === null ? null : checkoutVersion(dirname(configPath));
  return takeVersion(result, { named: namedByFlag(request), checkout, found }, catalogue);
}

/**
 * The same for a run that ended before anything was read: a flag or a checkout may have said it all the same.
 * @param result gets the version; it stays as it is where the files in sql/ are what failed
 */
export function takeKvManagerUnread(result: Result, request: Request): void {
  const configPath = result.connection?.target.configPath ?? null;
  try {
    takeKvManager(result, request, { configPath, found: null }, readCatalogue());
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}
