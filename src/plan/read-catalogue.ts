import { unusableMigration } from "../messages/refusals.js";
import type { Catalogue } from "./catalogue.js";
import { loadCatalogue } from "./sql-folder.js";
import { SqlFileError } from "./sql-objects.js";

let catalogueOfRun: Catalogue | null = null;

/**
 * Returns all that is known of KV Manager's schema; the files are read only once.
 * @throws {Problem} if a file in sql/ cannot be used
 */
export function readCatalogue(): Catalogue {
  try {
    catalogueOfRun ??= loadCatalogue();
    return catalogueOfRun;
  } catch (error) {
    if (!(error instanceof SqlFileError)) throw error;
    throw unusableMigration(error.message);
  }
}
