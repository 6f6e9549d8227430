import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unusableMigration } from "../messages/refusals.js";
import { packageFolder } from "../package-folder.js";
import { type Catalog, catalogOf } from "./catalog.js";
import { SqlFileError } from "./sql-objects.js";

/** The package's own sql folder, next to dist. */
const ownSqlFolder = join(packageFolder, "sql");

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

/**
 * Reads base.sql and every file of migrations from a folder.
 * @throws {SqlFileError} as `catalogOf`
 */
export function loadCatalog(folder = ownSqlFolder): Catalog {
  const migrations = readdirSync(`${folder}/migrations`).filter((file) => file.endsWith(".sql"));
  const paths = ["base.sql", ...migrations.map((file) => `migrations/${file}`)];
  return catalogOf(
    Object.fromEntries(paths.map((path) => [path, readFileSync(`${folder}/${path}`, "utf8")])),
  );
}
