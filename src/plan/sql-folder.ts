import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";
import { type Catalog, catalogOf } from "./catalog.js";

/** The package's own sql folder, next to dist. */
const ownSqlFolder = join(packageFolder, "sql");

/**
 * Reads sql/base.sql and every file of sql/migrations from disk.
 * @param folder the sql folder; the package's own by default
 * @throws {SqlFileError} as `catalogOf`
 */
export function loadCatalog(folder = ownSqlFolder): Catalog {
  const migrations = readdirSync(`${folder}/migrations`).filter((file) => file.endsWith(".sql"));
  const paths = ["base.sql", ...migrations.map((file) => `migrations/${file}`)];
  return catalogOf(
    Object.fromEntries(paths.map((path) => [path, readFileSync(`${folder}/${path}`, "utf8")])),
  );
}
