import { isDay } from "../lib/day.js";
import { compareVersions, parseVersion } from "../lib/version.js";
import { SqlFileError, type Statement } from "./sql-objects.js";
import { readSqlFile } from "./sql-reader.js";

/** One numbered file of sql/migrations. */
export interface Migration {
  /** The number at the start of its file name: `001`. */
  id: string;
  /** The rest of the file name: `job_audit_events`. */
  name: string;
  /** The file's opening comment: what the migration is for. */
  title: string;
  /** The first version of KV Manager that needs it: `2.1.0`. */
  version: string;
  /** The first day (`YYYY-MM-DD`) on which KV Manager's own schema had it; null if the file does not give one. */
  since: string | null;
  statements: Statement[];
}

/** All that this program knows about KV Manager's schema, read from the files in sql/. */
export interface Catalog {
  /** The first schema, from before any migration. A first setup applies this and all migrations. */
  base: Statement[];
  /**
   * Those that the target version of KV Manager needs, in the order they are applied; all of them until a target is
   * chosen.
   */
  migrations: Migration[];
  /** Those that only later versions need: never planned, but they show how old a schema is. */
  later: Migration[];
  /** The newest version of KV Manager that the files know: `2.3.1`. */
  newest: string;
}

/** The contents of the files in sql/, keyed by path: `base.sql`, `migrations/001_job_audit_events.sql`. */
export type SqlFiles = Record<string, string>;

/**
 * Reads sql/base.sql and every file of sql/migrations.
 * @param sql their contents; the page has them bundled
 * @throws {SqlFileError} if a file contains anything but the three supported kinds of statement, a migration's name
 *   does not start with a number, two have the same number, or one does not give the version that first needs it
 */
export function catalogOf(sql: SqlFiles): Catalog {
  const files = Object.keys(sql).flatMap((path) => /^migrations\/(.+\.sql)$/.exec(path)?.[1] ?? []);
  const migrations = files.sort(byNumber).map((file) => migrationIn(file, sql));
  for (const [i, { id, name }] of migrations.entries())
    if (Number(migrations[i - 1]?.id) === Number(id))
      throw new SqlFileError(`sql/migrations/${id}_${name}.sql`, 1, "its number is taken");
  const base = read("base.sql", sql);
  const known = [fieldIn(base.header, "newest", "sql/base.sql"), ...migrations.map((m) => m.version)];
  const newest = known
    .filter((version) => version !== null)
    .sort(compareVersions)
    .at(-1);
  if (newest === undefined) throw new SqlFileError("sql/base.sql", 1, "no version of KV Manager is known");
  return { base: base.statements, migrations, later: [], newest };
}

function migrationIn(file: string, sql: SqlFiles): Migration {
  const path = `sql/migrations/${file}`;
  const [, id, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? [];
  if (id === undefined || name === undefined)
    throw new SqlFileError(path, 1, "a migration is named like 004_what_it_adds.sql");
  const { header, statements } = read(`migrations/${file}`, sql);
  if (statements.length === 0) throw new SqlFileError(path, 1, "there is no statement in it");
  const title = header.find((line) => !/^\s*(version|since):/i.test(line)) ?? name.replaceAll("_", " ");
  const version = fieldIn(header, "version", path);
  if (version === null) throw new SqlFileError(path, 1, "its first lines have none like -- version: 2.4.0");
  return { id, name, title, version, since: fieldIn(header, "since", path), statements };
}

function read(path: string, sql: SqlFiles) {
  // A checkout on Windows may have CRLF; the SQL sent must be the same everywhere.
  const text = (sql[path] ?? "").replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  return readSqlFile(text, `sql/${path}`);
}

/** Returns every known migration, whichever version needs it. */
export function allMigrations({ migrations, later }: Catalog): Migration[] {
  return [...migrations, ...later];
}

/** No locale-aware sort: loading a locale takes as long as everything else done to read these files. */
function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}

/**
 * What follows `name:` in a file's opening comment; null if no line has it.
 * @throws {SqlFileError} if it is not a version, or for `since` not a day
 */
function fieldIn(header: string[], name: "version" | "newest" | "since", file: string): string | null {
  const begins = new RegExp(`^\\s*${name}:`, "i");
  const at = header.findIndex((line) => begins.test(line));
  if (at === -1) return null;
  const text = header[at]?.replace(begins, "").trim() ?? "";
  const isRight = name === "since" ? isDay(text) : parseVersion(text)?.length === 3;
  const what = name === "since" ? "a day like 2025-11-10" : "a version like 2.1.0";
  if (!isRight) throw new SqlFileError(file, at + 1, `"${text}" is not ${what}`);
  return text;
}
