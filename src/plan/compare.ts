import type { Column, Index, Snapshot, Table } from "../database/snapshot.js";
import {
  hasNoColumns,
  indexDiffers,
  noColumnReferredTo,
  noColumnsForIndex,
  noTableForColumn,
  noTableForIndex,
  noTableReferredTo,
  notA,
  otherIndex,
  referredToNotUnique,
} from "../messages/findings.js";
import {
  checkColumn,
  checkExtraColumns,
  checkKey,
  checkReferences,
  checkUnique,
  type Finding,
  namesOf,
  sameColumns,
} from "./check-object.js";
import { columnText, indexText, tableText } from "./describe.js";
import { hasName, isSameName } from "./names.js";
import type {
  ColumnDefinition,
  ColumnObject,
  IndexObject,
  Reference,
  SchemaObject,
  TableObject,
} from "./sql-objects.js";

/**
 * The status in a database of an object that KV Manager needs.
 * - `there`: usable; `differences` are sentences on what is declared differently but still works
 * - `missing`: nothing of that name exists, so it can be added
 * - `conflict`: it cannot be added, and what is there is not usable; `why` is a sentence
 * `actual` is the text of what was found, null if nothing was.
 */
export type ObjectStatus =
  | { state: "there"; actual: string; differences: string[] }
  | { state: "missing"; actual: null }
  | { state: "conflict"; actual: string | null; why: string };

/**
 * Compares one object of the catalog with what a database has.
 * @param ownIndexes all indexes of the catalog
 */
export function compare(
  wanted: SchemaObject,
  snapshot: Snapshot,
  ownIndexes: IndexObject[] = [],
): ObjectStatus {
  if (wanted.kind === "table") return compareTable(wanted, snapshot, ownIndexes);
  return wanted.kind === "column" ? compareColumn(wanted, snapshot) : compareIndex(wanted, snapshot);
}

/**
 * Returns the schema as it will be once `object` is created; the snapshot itself is not changed. So a statement can
 * build on an earlier one that is only planned.
 */
export function withObject(snapshot: Snapshot, object: SchemaObject): Snapshot {
  if (object.kind === "index")
    return { ...snapshot, indexes: [...snapshot.indexes, { ...object, partial: false, implied: false }] };
  if (object.kind === "column")
    return {
      ...snapshot,
      tables: snapshot.tables.map((table) =>
        isSameName(table.name, object.table) ? withColumn(table, object) : table,
      ),
    };
  const table: Table = {
    name: object.name,
    strict: false,
    withoutRowid: false,
    columns: object.columns.map(asColumn),
    references: object.references,
  };
  const indexes = object.unique.map((columns, i): Index => {
    const named = columns.map((name) => ({ name, descending: false }));
    const name = `sqlite_autoindex_${object.name}_${i + 1}`;
    return { name, table: object.name, unique: true, partial: false, implied: true, columns: named };
  });
  return { ...snapshot, tables: [...snapshot.tables, table], indexes: [...snapshot.indexes, ...indexes] };
}

function withColumn(table: Table, { column, references }: ColumnObject): Table {
  return {
    ...table,
    columns: [...table.columns, asColumn(column)],
    references: [...table.references, ...references],
  };
}

function asColumn(definition: ColumnDefinition): Column {
  return { ...definition, generated: false };
}

/** Returns whatever has this name in a database; in SQLite, tables, views and indexes share one namespace. */
function objectNamed(
  name: string,
  snapshot: Snapshot,
): { kind: string; table?: Table; index?: Index } | null {
  const table = snapshot.tables.find((t) => isSameName(t.name, name));
  if (table !== undefined) return { kind: "table", table };
  const index = snapshot.indexes.find((i) => isSameName(i.name, name));
  if (index !== undefined) return { kind: "index", index };
  const other = snapshot.others.find((o) => isSameName(o.name, name));
  return other === undefined ? null : { kind: other.kind === "virtual" ? "virtual table" : other.kind };
}

/** Whether a database has a plain table of this name. */
export function hasTable(name: string, snapshot: Snapshot): boolean {
  return objectNamed(name, snapshot)?.kind === "table";
}

const conflict = (actual: string | null, why: string): ObjectStatus => ({ state: "conflict", actual, why });
const missing: ObjectStatus = { state: "missing", actual: null };

/** Returns a conflict for the first blocking finding; otherwise `there`, with the findings as differences. */
function verdict(actual: string, findings: Finding[]): ObjectStatus {
  const blocker = findings.find((finding) => finding.blocks);
  if (blocker !== undefined) return conflict(actual, blocker.sentence);
  return { state: "there", actual, differences: findings.map((finding) => finding.sentence) };
}

function compareTable(wanted: TableObject, snapshot: Snapshot, ownIndexes: IndexObject[]): ObjectStatus {
  const found = objectNamed(wanted.name, snapshot);
  if (found === null) return missingUnless(unmetReference(wanted.references, snapshot, wanted.name));
  const { table } = found;
  if (table === undefined) return conflict(found.kind, notA("table", wanted.name, found.kind));
  const absent = absentNames(wanted.columns, table);
  if (absent.length > 0) return conflict(tableText(table), hasNoColumns(table.name, absent));
  return verdict(tableText(table), [
    ...wanted.columns.flatMap((column) => {
      const own = columnNamed(table, column.name);
      return own === undefined ? [] : checkColumn(column, own, table);
    }),
    ...checkKey(wanted.columns, table, snapshot),
    ...checkExtraColumns(wanted.columns, table),
    // A column that KV Manager does not know stays NULL if it has no default, so it refers to nothing.
    ...checkReferences(
      table.columns.filter((c) => c.default !== null || hasName(wanted.columns, c.name)),
      wanted.references,
      table,
    ),
    ...checkUnique(wanted, table, snapshot, ownIndexes),
  ]);
}

function compareColumn(wanted: ColumnObject, snapshot: Snapshot): ObjectStatus {
  const found = objectNamed(wanted.table, snapshot);
  if (found === null) return conflict(null, noTableForColumn(wanted.table));
  const { table } = found;
  if (table === undefined) return conflict(null, notA("table", wanted.table, found.kind));
  const own = columnNamed(table, wanted.column.name);
  if (own === undefined) return missingUnless(unmetReference(wanted.references, snapshot, wanted.table));
  return verdict(columnText(own), [
    ...checkColumn(wanted.column, own, table),
    ...checkReferences([wanted.column], wanted.references, table),
  ]);
}

function compareIndex(wanted: IndexObject, snapshot: Snapshot): ObjectStatus {
  const found = objectNamed(wanted.name, snapshot);
  if (found === null) return missingUnless(unmetIndex(wanted, snapshot));
  const { index } = found;
  if (index === undefined) return conflict(found.kind, notA("index", wanted.name, found.kind));
  const actual = indexText(index);
  const onSameColumns =
    isSameName(index.table, wanted.table) &&
    index.columns.length === wanted.columns.length &&
    wanted.columns.every((c, i) => isSameName(index.columns[i]?.name ?? "", c.name));
  const sameOrder = wanted.columns.every((c, i) => index.columns[i]?.descending === c.descending);
  const sameCollation = wanted.columns.every((c, i) => index.columns[i]?.collation === c.collation);
  // In a unique index the collation decides which rows are refused; in any other, only how fast rows are found.
  const isFit = index.unique === wanted.unique && !index.partial && (sameCollation || !wanted.unique);
  const should = indexText(wanted);
  if (!onSameColumns || !isFit) return conflict(actual, otherIndex(index.name, actual, should));
  const sentence = indexDiffers(index.name, actual, should);
  return verdict(actual, sameOrder && sameCollation ? [] : [{ blocks: false, sentence }]);
}

function missingUnless(why: string | null): ObjectStatus {
  return why === null ? missing : conflict(null, why);
}

/** Returns why a foreign key could not be created; null if its table and a unique column exist. */
function unmetReference(references: Reference[], snapshot: Snapshot, own: string): string | null {
  for (const { table: name, to } of references) {
    if (isSameName(name, own)) continue;
    const { table } = objectNamed(name, snapshot) ?? {};
    if (table === undefined) return noTableReferredTo(name, own);
    if (!hasName(table.columns, to)) return noColumnReferredTo(table.name, to, own);
    if (!isUnique(to, table, snapshot)) return referredToNotUnique(`${table.name}.${to}`, own);
  }
  return null;
}

/** Returns why an index could not be created; null if its table and columns exist. */
function unmetIndex(wanted: IndexObject, snapshot: Snapshot): string | null {
  const { table } = objectNamed(wanted.table, snapshot) ?? {};
  if (table === undefined) return noTableForIndex(wanted.table, wanted.name);
  const absent = absentNames(wanted.columns, table);
  return absent.length === 0 ? null : noColumnsForIndex(table.name, absent, wanted.name);
}

/** The names of those of these columns that a table does not have. */
function absentNames(wanted: { name: string }[], table: Table): string[] {
  return wanted.map((column) => column.name).filter((name) => !hasName(table.columns, name));
}

/** Whether a column's values are unique; in SQLite, a foreign key can only refer to such a column. */
function isUnique(column: string, table: Table, snapshot: Snapshot): boolean {
  const key = table.columns.filter((c) => c.primaryKey > 0).map((c) => c.name);
  const unique = snapshot.indexes.filter((i) => i.unique && !i.partial && isSameName(i.table, table.name));
  return [key, ...unique.map(namesOf)].some((columns) => sameColumns(columns, [column]));
}

function columnNamed(table: Table, name: string): Column | undefined {
  return table.columns.find((c) => isSameName(c.name, name));
}
