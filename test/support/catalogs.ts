import type { Catalog } from "../../src/plan/catalog.js";
import { neededBy } from "../../src/plan/kv-manager.js";
import { loadCatalog } from "../../src/plan/read-catalog.js";

/** What a version of KV Manager needs according to sql/. */
export function catalogFor(version: string): Catalog {
  return neededBy(version, loadCatalog());
}
