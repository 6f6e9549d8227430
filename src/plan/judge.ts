import type { Column, Index, Snapshot, Table } from "../database/snapshot.js";
import { columnText } from "./describe.js";
import { nameKey, sameName } from "./names.js";
import type { ColumnDefinition, Reference, SchemaObject } from "./sql-objects.js";

/** A sentence on what is declared otherwise; `blocks` when KV Manager could not work with it. */
export interface Finding {
  blocks: boolean;
  sentence: string;
}

/** An index of the catalogue. */
export type IndexObject = SchemaObject & { kind: "index" };

const blocking = (sentence: string): Finding[] => [{ blocks: true, sentence }];
const harmless = (sentence: string): Finding[] => [{ blocks: false, sentence }];

/**
 * Judges a column that is there against the wanted one. SQLite's types are only preferences, so most differences
 * are harmless.
 */
export function judgeColumn(wanted: ColumnDefinition, found: Column, table: Table): Finding[] {
  const label = `column ${table.name}.${found.name}`;
  if (found.generated) return blocking(`The ${label} is computed, so KV Manager cannot write it.`);
  const sameType = plain(wanted.type) === plain(found.type);
  if (table.strict && !sameType)
    return blocking(`The ${label} is ${found.type} in a STRICT table, and KV Manager needs ${wanted.type}.`);
  if (isRequired(found) && !wanted.notNull && wanted.primaryKey === 0)
    return blocking(`The ${label} is NOT NULL without a default, and KV Manager leaves it empty at times.`);
  const sameDefaults = wanted.primaryKey > 0 || sameDefault(wanted.default, found.default);
  if (sameType && found.notNull === wanted.notNull && sameDefaults) return [];
  const [is, should] = [columnText(found) || "untyped", columnText(wanted) || "untyped"];
  return harmless(`The ${label} is ${is} instead of ${should}; it works all the same.`);
}

/** An `INTEGER PRIMARY KEY` numbers rows by itself; anything else in its place would refuse an insert. */
export function judgeKey(wanted: ColumnDefinition[], table: Table, snapshot: Snapshot): Finding[] {
  const [key, ...more] = wanted.filter((c) => c.primaryKey > 0);
  if (key === undefined || more.length > 0 || plain(key.type) !== "INTEGER") return [];
  const found = table.columns.filter((c) => c.primaryKey > 0);
  const numbersItself =
    found.length === 1 &&
    sameName(found[0]?.name ?? "", key.name) &&
    plain(found[0]?.type ?? "") === "INTEGER" &&
    !table.withoutRowid &&
    // `INTEGER PRIMARY KEY DESC` is an ordinary column with an index, for historical reasons of SQLite's.
    !snapshot.indexes.some(
      (i) => i.implied && sameName(i.table, table.name) && sameColumns([key.name], namesOf(i)),
    );
  if (numbersItself) return [];
  return blocking(
    `The column ${table.name}.${key.name} does not number its rows by itself, as KV Manager needs.`,
  );
}

/** A column that must be filled and that KV Manager does not know would refuse each of its rows. */
export function judgeExtraColumns(wanted: { name: string }[], table: Table): Finding[] {
  return table.columns
    .filter((c) => isRequired(c) && c.primaryKey === 0 && !c.generated && !hasName(wanted, c.name))
    .flatMap((c) =>
      blocking(
        `The column ${table.name}.${c.name} is NOT NULL without a default, and KV Manager does not fill it.`,
      ),
    );
}

/**
 * Judges foreign keys: a missing one is harmless, one to elsewhere would refuse rows.
 * @param columns the columns that are meant
 */
export function judgeReferences(columns: { name: string }[], wanted: Reference[], table: Table): Finding[] {
  const findings: Finding[] = [];
  for (const found of table.references.filter((r) => hasName(columns, r.column))) {
    const known = wanted.some(
      (r) =>
        sameName(r.column, found.column) &&
        sameName(r.table, found.table) &&
        (found.to === null || sameName(r.to, found.to)),
    );
    const to = found.to === null ? "" : `(${found.to})`;
    if (!known)
      findings.push(
        ...blocking(
          `The column ${table.name}.${found.column} refers to ${found.table}${to}, which would refuse KV Manager's rows.`,
        ),
      );
  }
  for (const { column, table: to, to: target } of wanted)
    if (!table.references.some((r) => sameName(r.column, column)))
      findings.push(
        ...harmless(
          `The column ${table.name}.${column} has no reference to ${to}(${target}); it works all the same.`,
        ),
      );
  return findings;
}

/**
 * A uniqueness that KV Manager does not expect refuses rows; one that it relies on must be there.
 * @param ownIndexes the indexes that KV Manager itself makes
 */
export function judgeUnique(
  wanted: SchemaObject & { kind: "table" },
  table: Table,
  snapshot: Snapshot,
  ownIndexes: IndexObject[],
): Finding[] {
  const key = wanted.columns.filter((c) => c.primaryKey > 0).map((c) => c.name);
  const expected = [...(key.length > 0 ? [key] : []), ...wanted.unique];
  const found = snapshot.indexes.filter((i) => i.unique && sameName(i.table, table.name));
  const refusing = found.filter((index) => {
    const names = namesOf(index);
    // Already unique by something expected; or never equal, since a column that KV Manager does not fill is NULL.
    const harmlessAnyway =
      expected.some((columns) => columns.every((c) => names.some((n) => sameName(n, c)))) ||
      names.some(
        (n) =>
          table.columns.some((c) => sameName(c.name, n) && c.default === null) && !hasName(wanted.columns, n),
      );
    const own = ownIndexes.some((i) => sameName(i.name, index.name) && sameName(i.table, table.name));
    return !harmlessAnyway && !own;
  });
  const absent = wanted.unique.filter(
    (columns) => !found.some((index) => !index.partial && sameColumns(columns, namesOf(index))),
  );
  return [
    ...refusing.flatMap((index) =>
      blocking(
        `The table "${table.name}" refuses a second row with the same ${namesOf(index).join(", ")}, which KV Manager writes.`,
      ),
    ),
    ...absent.flatMap((columns) =>
      blocking(`The table "${table.name}" has no UNIQUE (${columns.join(", ")}), which KV Manager needs.`),
    ),
  ];
}

function namesOf(index: Index): string[] {
  return index.columns.map((c) => c.name ?? "an expression");
}

/** Whether these are the same columns; uniqueness does not depend on their order. */
function sameColumns(a: string[], b: string[]): boolean {
  return [...a].map(nameKey).sort().join("\n") === [...b].map(nameKey).sort().join("\n");
}

/** Must be given a value by whoever writes a row. */
function isRequired(column: Column): boolean {
  return column.notNull && (column.default === null || /^null$/i.test(bare(column.default)));
}

/** Whether one of these columns has this name. */
export function hasName(columns: { name: string }[], name: string): boolean {
  return columns.some((c) => sameName(c.name, name));
}

function plain(type: string): string {
  return type.replace(/\s+/g, " ").trim().toUpperCase();
}

/** Defaults compare as written, without outer parentheses; numbers by value. SQLite keeps `(1)` as `1`. */
function sameDefault(wanted: string | null, found: string | null): boolean {
  const [a, b] = [bare(wanted ?? "NULL"), bare(found ?? "NULL")];
  if (a === b || (a !== "" && b !== "" && Number(a) === Number(b))) return true;
  // Keywords such as CURRENT_TIMESTAMP are written in any case; texts are not.
  return !/['"]/.test(a + b) && nameKey(a) === nameKey(b);
}

function bare(text: string): string {
  return text.replace(/^\((.*)\)$/s, "$1").trim();
}
