import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDay } from "../day.js";
import { packageFolder } from "../package-folder.js";
import { SqlFileError, type Statement } from "./sql-objects.js";
import { readSqlFile } from "./sql-reader.js";

/** One numbered file of sql/migrations. */
export interface Migration {
  /** The number that its file name begins with: `001`. */
  id: string;
  /** The rest of the file name: `job_audit_events`. */
  name: string;
  /** The file's opening comment: what the migration is for. */
  title: string;
  /** The first day (`YYYY-MM-DD`) on which KV Manager's own schema had it; null when the file does not say. */
  since: string | null;
  statements: Statement[];
}

/** All that this program knows about KV Manager's schema, read from the files in sql/. */
export interface Catalogue {
  /** The whole current schema, for a first set-up. */
  schema: Statement[];
  /** In the order in which they are applied. */
  migrations: Migration[];
}

/** The package's own sql folder, beside dist. */
const ownSqlFolder = join(packageFolder, "sql");

/**
 * Reads sql/schema.sql and every file of sql/migrations.
 * @param folder the sql folder; the package's own unless told
 * @throws {SqlFileError} when a file has anything but the three supported statement kinds, a migration's name
 *   does not begin with a number, or two have the same number
 */
export function loadCatalogue(folder = ownSqlFolder): Catalogue {
  // A checkout on Windows may have CRLF; what is sent must be the same everywhere.
  const read = (path: string) =>
    readSqlFile(
      readFileSync(`${folder}/${path}`, "utf8")
        .replace(/^\uFEFF/, "")
        .replaceAll("\r\n", "\n"),
      `sql/${path}`,
    );
  const files = readdirSync(`${folder}/migrations`).filter((file) => file.endsWith(".sql"));
  const migrations = files.sort(byNumber).map((file): Migration => {
    const path = `migrations/${file}`;
    const [, id, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? [];
    if (id === undefined || name === undefined)
      throw new SqlFileError(`sql/${path}`, 1, "a migration is named like 004_what_it_adds.sql");
    const { header, statements } = read(path);
    if (statements.length === 0) throw new SqlFileError(`sql/${path}`, 1, "there is no statement in it");
    const title = header[0] ?? name.replaceAll("_", " ");
    return { id, name, title, since: sinceIn(header, `sql/${path}`), statements };
  });
  for (const [i, migration] of migrations.entries())
    if (Number(migrations[i - 1]?.id) === Number(migration.id))
      throw new SqlFileError(
        `sql/migrations/${migration.id}_${migration.name}.sql`,
        1,
        "its number is taken",
      );
  return { schema: read("schema.sql").statements, migrations };
}

/** Not by a language's order: to load one takes as long as all the rest of reading these files. */
function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}

/** The day in a line `since: 2025-11-10` of a file's opening comment. */
function sinceIn(header: string[], file: string): string | null {
  const at = header.findIndex((line) => /^\s*since:/i.test(line));
  if (at === -1) return null;
  const day = header[at]?.replace(/^\s*since:/i, "").trim() ?? "";
  if (!isDay(day)) throw new SqlFileError(file, at + 1, `"${day}" is not a day like 2025-11-10`);
  return day;
}
