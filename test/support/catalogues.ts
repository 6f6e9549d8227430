import type { Catalogue } from "../../src/plan/catalogue.js";
import { neededBy } from "../../src/plan/kv-manager.js";
import { loadCatalogue } from "../../src/plan/sql-folder.js";

/** What a version of KV Manager needs according to sql/. */
export function catalogueFor(version: string): Catalogue {
  return neededBy(version, loadCatalogue());
}
