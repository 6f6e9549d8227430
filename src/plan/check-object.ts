import type { Column, Index, Snapshot, Table } from "../database/snapshot.js";
import {
  definitionDiffers,
  hasNoReference,
  hasNoUnique,
  isGenerated,
  mustBeFilled,
  noAutoNumbering,
  otherStrictType,
  refersElsewhere,
  unexpectedUnique,
  unknownRequiredColumn,
} from "../messages/findings.js";
import { columnText } from "./describe.js";
import { hasName, isSameName, nameKey } from "./names.js";
import type { ColumnDefinition, IndexObject, Reference, TableObject } from "./sql-objects.js";

/** A sentence on what is declared differently; `blocks` if KV Manager could not work with it. */
export interface Finding {
  blocks: boolean;
  sentence: string;
}

const blocking = (sentence: string): Finding[] => [{ blocks: true, sentence }];
const harmless = (sentence: string): Finding[] => [{ blocks: false, sentence }];

/**
 * Compares an existing column with the wanted one. SQLite's types are only preferences, so most differences are
 * harmless.
 */
export function checkColumn(wanted: ColumnDefinition, found: Column, table: Table): Finding[] {
  const name = `${table.name}.${found.name}`;
  if (found.generated) return blocking(isGenerated(name));
  const sameType = plain(wanted.type) === plain(found.type);
  if (table.strict && !sameType) return blocking(otherStrictType(name, found.type, wanted.type));
  if (isRequired(found) && !wanted.notNull && wanted.primaryKey === 0) return blocking(mustBeFilled(name));
  const sameDefaults = wanted.primaryKey > 0 || sameDefault(wanted.default, found.default);
  if (sameType && found.notNull === wanted.notNull && sameDefaults) return [];
  return harmless(definitionDiffers(name, columnText(found), columnText(wanted)));
}

/** Checks the key: an `INTEGER PRIMARY KEY` numbers rows automatically; with anything else, inserts would fail. */
export function checkKey(wanted: ColumnDefinition[], table: Table, snapshot: Snapshot): Finding[] {
  const [key, ...more] = wanted.filter((c) => c.primaryKey > 0);
  if (key === undefined || more.length > 0 || plain(key.type) !== "INTEGER") return [];
  const [found, another] = table.columns.filter((c) => c.primaryKey > 0);
  const numbersItself =
    found !== undefined &&
    another === undefined &&
    isSameName(found.name, key.name) &&
    plain(found.type) === "INTEGER" &&
    !table.withoutRowid &&
    // `INTEGER PRIMARY KEY DESC` is an ordinary column with an index, for historical reasons in SQLite.
    !snapshot.indexes.some(
      (i) => i.implied && isSameName(i.table, table.name) && sameColumns([key.name], namesOf(i)),
    );
  if (numbersItself) return [];
  return blocking(noAutoNumbering(`${table.name}.${key.name}`));
}

/** Finds required columns that KV Manager does not know: they would make every insert fail. */
export function checkExtraColumns(wanted: { name: string }[], table: Table): Finding[] {
  return table.columns
    .filter((c) => isRequired(c) && c.primaryKey === 0 && !c.generated && !hasName(wanted, c.name))
    .flatMap((c) => blocking(unknownRequiredColumn(`${table.name}.${c.name}`)));
}

/**
 * Checks foreign keys: a missing one is harmless; one that points elsewhere would refuse rows.
 * @param columns the columns to check for keys that point elsewhere
 */
export function checkReferences(columns: { name: string }[], wanted: Reference[], table: Table): Finding[] {
  const findings: Finding[] = [];
  for (const found of table.references.filter((r) => hasName(columns, r.column))) {
    const known = wanted.some(
      (r) =>
        isSameName(r.column, found.column) &&
        isSameName(r.table, found.table) &&
        (found.to === null || isSameName(r.to, found.to)),
    );
    const to = found.to === null ? "" : `(${found.to})`;
    if (!known)
      findings.push(...blocking(refersElsewhere(`${table.name}.${found.column}`, `${found.table}${to}`)));
  }
  for (const { column, table: to, to: target } of wanted)
    if (!table.references.some((r) => isSameName(r.column, column)))
      findings.push(...harmless(hasNoReference(`${table.name}.${column}`, `${to}(${target})`)));
  return findings;
}

/**
 * Checks uniqueness: a constraint that KV Manager does not expect refuses rows; one that it relies on must exist.
 * @param ownIndexes the indexes that KV Manager itself creates
 */
export function checkUnique(
  wanted: TableObject,
  table: Table,
  snapshot: Snapshot,
  ownIndexes: IndexObject[],
): Finding[] {
  const key = wanted.columns.filter((c) => c.primaryKey > 0).map((c) => c.name);
  const expected = [...(key.length > 0 ? [key] : []), ...wanted.unique];
  const found = snapshot.indexes.filter((i) => i.unique && isSameName(i.table, table.name));
  const refusing = found.filter((index) => {
    const names = namesOf(index);
    // Already unique through an expected constraint; or never equal, since a column that KV Manager does not fill is
    // NULL.
    const harmlessAnyway =
      expected.some((columns) => columns.every((c) => names.some((n) => isSameName(n, c)))) ||
      names.some(
        (n) =>
          table.columns.some((c) => isSameName(c.name, n) && c.default === null) &&
          !hasName(wanted.columns, n),
      );
    const own = ownIndexes.some((i) => isSameName(i.name, index.name) && isSameName(i.table, table.name));
    return !harmlessAnyway && !own;
  });
  const absent = wanted.unique.filter(
    (columns) => !found.some((index) => !index.partial && sameColumns(columns, namesOf(index))),
  );
  return [
    ...refusing.flatMap((index) => blocking(unexpectedUnique(table.name, namesOf(index)))),
    ...absent.flatMap((columns) => blocking(hasNoUnique(table.name, columns))),
  ];
}

/** The names of an index's columns. */
export function namesOf(index: Index): string[] {
  return index.columns.map((c) => c.name ?? "an expression");
}

/** Whether these are the same columns; uniqueness does not depend on their order. */
export function sameColumns(a: string[], b: string[]): boolean {
  return [...a].map(nameKey).sort().join("\n") === [...b].map(nameKey).sort().join("\n");
}

/** Whether an insert must give the column a value. */
function isRequired(column: Column): boolean {
  return column.notNull && (column.default === null || /^null$/i.test(bare(column.default)));
}

function plain(type: string): string {
  return type.replace(/\s+/g, " ").trim().toUpperCase();
}

/** Compares defaults as written, without outer parentheses; numbers by value. SQLite keeps `(1)` as `1`. */
function sameDefault(wanted: string | null, found: string | null): boolean {
  const [a, b] = [bare(wanted ?? "NULL"), bare(found ?? "NULL")];
  if (a === b || (a !== "" && b !== "" && Number(a) === Number(b))) return true;
  // Keywords such as CURRENT_TIMESTAMP are case-insensitive; strings are not.
  return !/['"]/.test(a + b) && nameKey(a) === nameKey(b);
}

function bare(text: string): string {
  return text.replace(/^\((.*)\)$/s, "$1").trim();
}
