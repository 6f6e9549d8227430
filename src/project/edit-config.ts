import { isDeepStrictEqual } from "node:util";
import { type ParseError, parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { isRecord } from "../lib/record.js";
import { notWritten } from "../messages/setup.js";
import { configFromText, type D1Binding, isToml } from "./config-files.js";
import { exactText } from "./config-text.js";
import * as jsonc from "./edit-jsonc.js";
import * as toml from "./edit-toml.js";
import { replaceFile } from "./replace-file.js";
import type { Target } from "./targets.js";

/** One of a database's id fields. */
export type IdField = "databaseId" | "previewDatabaseId";

const keys = { databaseId: "database_id", previewDatabaseId: "preview_database_id" } as const;

/**
 * Writes a new database id into a config, and changes nothing else in it.
 * @param field need not be there yet
 * @returns false when there is no safe way, so that it must be done by hand
 * @throws {Problem} CONFIG_INVALID when the file is not UTF-8, so that more than the id would change; READ_ONLY when it
 *   may not be written
 */
export function replaceDatabaseId(target: Target, field: IdField, id: string): boolean {
  const after = withDatabaseId(target.configPath, exactText(target.configPath), target, field, id);
  if (after === null) return false;
  try {
    replaceFile(target.configPath, after);
  } catch (error) {
    throw notWritten(target.config, error);
  }
  return true;
}

/**
 * A config's text with a database's id replaced or added. Everything else stays the same, to the byte.
 * @param path its extension decides the format
 * @returns null when there is no safe way
 */
export function withDatabaseId(
  path: string,
  text: string,
  binding: D1Binding,
  field: IdField,
  id: string,
): string | null {
  if (!/^[\w-]+$/.test(id)) return null;
  const index = indexOf(path, text, binding);
  if (index === -1) return null;
  const at = [...levelPath(binding.env), "d1_databases", index];
  const key = keys[field];
  return edited(path, text, {
    intend: (settings) => {
      const entry = valueAt(settings, at);
      if (isRecord(entry)) entry[key] = id;
    },
    *toml(plain) {
      const old = valueAt(parseToml(plain), [...at, key]);
      if (typeof old === "string") yield* toml.valueReplaced(plain, old, id);
      else yield* toml.keyAdded(plain, key, id);
    },
    *jsonc(plain) {
      yield* jsonc.valueSet(plain, [...at, key], id);
      yield* jsonc.propertyAdded(plain, at, key, id);
    },
  });
}

/**
 * A config's text with one D1 database added to a top level or environment that has none.
 * @returns null when there is no safe way
 */
export function withDatabase(
  path: string,
  text: string,
  { env, binding, database }: { env: string | null; binding: string; database: string },
): string | null {
  const fields = { binding, database_name: database };
  const level = levelPath(env);
  return edited(path, text, {
    intend: (settings) => {
      const table = valueAt(settings, level);
      // With the prototype that the parser gives its tables, or they would not be equal.
      if (isRecord(table))
        table.d1_databases = [Object.assign(Object.create(Object.getPrototypeOf(table)), fields)];
    },
    toml: (plain) => toml.databaseAdded(plain, env, fields),
    *jsonc(plain) {
      yield* jsonc.listFilled(plain, [...level, "d1_databases"], fields);
      yield* jsonc.propertyAdded(plain, level, "d1_databases", [fields]);
    },
  });
}

/** A change: its effect on the data, and candidate ways to change the text. */
export interface Edit {
  intend: (settings: Record<string, unknown>) => void;
  toml: (text: string) => Iterable<string>;
  jsonc: (text: string) => Iterable<string>;
}

/**
 * Changes a config's text: takes the first candidate that parses to exactly what is intended.
 * @returns null when none does
 */
export function edited(path: string, text: string, edit: Edit): string | null {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const plain = text.slice(mark.length);
  const read = isToml(path) ? parseToml : settingsOfJsonc;
  const intended = read(plain);
  if (intended === null) return null;
  edit.intend(intended);
  for (const candidate of isToml(path) ? edit.toml(plain) : edit.jsonc(plain)) {
    if (isDeepStrictEqual(readOrNull(read, candidate), intended)) return mark + candidate;
  }
  return null;
}

function readOrNull(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch {
    // No longer a valid config: this candidate does not fit its layout.
    return null;
  }
}

function settingsOfJsonc(text: string): Record<string, unknown> | null {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && isRecord(value) ? value : null;
}

/** The index of a database within its level; -1 when the text does not have it. */
function indexOf(path: string, text: string, wanted: D1Binding): number {
  const level = configFromText(path, text).bindings.filter((b) => b.env === wanted.env);
  const same = level.findIndex(
    (b) =>
      b.binding === wanted.binding && b.database === wanted.database && b.databaseId === wanted.databaseId,
  );
  return same === -1 ? level.findIndex((b) => b.binding === wanted.binding) : same;
}

function levelPath(env: string | null): (string | number)[] {
  return env === null ? [] : ["env", env];
}

function valueAt(value: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
