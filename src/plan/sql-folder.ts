import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";
import { type Catalogue, catalogueOf } from "./catalogue.js";

/** The package's own sql folder, beside dist. */
const ownSqlFolder = join(packageFolder, "sql");

/**
 * Reads sql/base.sql and every file of sql/migrations from the disk.
 * @param folder the sql folder; the package's own unless told
 * @throws {SqlFileError} as `catalogueOf`
 */
export function loadCatalogue(folder = ownSqlFolder): Catalogue {
  const migrations = readdirSync(`${folder}/migrations`).filter((file) => file.endsWith(".sql"));
  const paths = ["base.sql", ...migrations.map((file) => `migrations/${file}`)];
  return catalogueOf(
    Object.fromEntries(paths.map((path) => [path, readFileSync(`${folder}/${path}`, "utf8")])),
  );
}
