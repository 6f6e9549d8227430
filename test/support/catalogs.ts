import type { Catalog, Migration } from "../../src/plan/catalog.js";
import { neededBy } from "../../src/plan/kv-manager.js";
import { loadCatalog } from "../../src/plan/read-catalog.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";

/** What a version of KV Manager needs according to sql/. */
export function catalogFor(version: string): Catalog {
  return neededBy(version, loadCatalog());
}

/** A catalog with one more migration, which is not in sql/: 004 without a first day, unless `more` says otherwise. */
export function withMigration(catalog: Catalog, sql: string, more: Partial<Migration> = {}): Catalog {
  const { statements } = readSqlFile(sql, "added by a test");
  const added = { id: "004", name: "more", title: "More.", version: "1.0.0", since: null, statements };
  return { ...catalog, migrations: [...catalog.migrations, { ...added, ...more }] };
}
