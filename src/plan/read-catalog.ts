import { unusableMigration } from "../messages/refusals.js";
import type { Catalog } from "./catalog.js";
import { loadCatalog } from "./sql-folder.js";
import { SqlFileError } from "./sql-objects.js";

let catalogOfRun: Catalog | null = null;

/**
 * Returns all that is known of KV Manager's schema; the files are read only once.
 * @throws {Problem} if a file in sql/ cannot be used
 */
export function readCatalog(): Catalog {
  try {
    catalogOfRun ??= loadCatalog();
    return catalogOfRun;
  } catch (error) {
    if (!(error instanceof SqlFileError)) throw error;
    throw unusableMigration(error.message);
  }
}
