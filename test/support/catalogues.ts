import { type Catalogue, loadCatalogue } from "../../src/plan/catalogue.js";
import { neededBy } from "../../src/plan/kv-manager.js";

/** What a version of KV Manager needs, as sql/ says. */
export function catalogueFor(version: string): Catalogue {
  return neededBy(version, loadCatalogue());
}
