import type { Column, Index, Snapshot, Table } from "../database/snapshot.js";
import { columnText, indexText, labelOf, tableText } from "./describe.js";
import { nameKey, sameName } from "./names.js";
import type { ColumnDefinition, Reference, SchemaObject } from "./sql-reader.js";

/**
 * How an object that KV Manager needs stands in a database.
 * - `there`: it serves; `differences` are sentences on what is declared otherwise but works all the same
 * - `missing`: nothing of that name exists, so it can be added
 * - `conflict`: it cannot be added and what is there cannot serve; `why` is a sentence
 * `actual` is the text of what was found, null where nothing was.
 */
export type Standing =
  | { state: "there"; actual: string; differences: string[] }
  | { state: "missing"; actual: null }
  | { state: "conflict"; actual: string | null; why: string };

/**
 * Compares one object of the catalogue with what a database has.
 * @param wanted the object as its SQL describes it
 * @param snapshot the database's schema
 */
export function compare(wanted: SchemaObject, snapshot: Snapshot): Standing {
  if (wanted.kind === "table") return compareTable(wanted, snapshot);
  return wanted.kind === "column" ? compareColumn(wanted, snapshot) : compareIndex(wanted, snapshot);
}

/**
 * The schema as it will be when `object` was created; the snapshot itself stays as it is.
 * With it a later statement may build upon an earlier one that is still only planned.
 */
export function withObject(snapshot: Snapshot, object: SchemaObject): Snapshot {
  if (object.kind === "table")
    return {
      ...snapshot,
      tables: [
        ...snapshot.tables,
        {
          name: object.name,
          strict: false,
          withoutRowid: false,
          columns: object.columns.map(asColumn),
          references: object.references,
        },
      ],
    };
  if (object.kind === "index")
    return {
      ...snapshot,
      indexes: [...snapshot.indexes, { ...object, partial: false, implied: false }],
    };
  return {
    ...snapshot,
    tables: snapshot.tables.map((table) =>
      sameName(table.name, object.table)
        ? {
            ...table,
            columns: [...table.columns, asColumn(object.column)],
            references: [...table.references, ...object.references],
          }
        : table,
    ),
  };
}

function asColumn(definition: ColumnDefinition): Column {
  return { ...definition, generated: false };
}

/** Whatever has this name in a database; tables, views and indexes share one space of names in SQLite. */
export function objectNamed(
  name: string,
  snapshot: Snapshot,
): { kind: string; table?: Table; index?: Index } | null {
  const table = snapshot.tables.find((t) => sameName(t.name, name));
  if (table !== undefined) return { kind: "table", table };
  const index = snapshot.indexes.find((i) => sameName(i.name, name));
  if (index !== undefined) return { kind: "index", index };
  const other = snapshot.others.find((o) => sameName(o.name, name));
  return other === undefined ? null : { kind: other.kind === "virtual" ? "virtual table" : other.kind };
}

function compareTable(wanted: SchemaObject & { kind: "table" }, snapshot: Snapshot): Standing {
  const found = objectNamed(wanted.name, snapshot);
  if (found === null) {
    const why = unmetReference(wanted.references, snapshot, wanted.name);
    return why === null ? { state: "missing", actual: null } : { state: "conflict", actual: null, why };
  }
  const { table } = found;
  if (table === undefined)
    return {
      state: "conflict",
      actual: found.kind,
      why: `"${wanted.name}" is a ${found.kind}, not a table.`,
    };
  const actual = tableText(table);
  const conflict = (why: string): Standing => ({
    state: "conflict",
    actual,
    why,
  });
  const differences: string[] = [];
  const absent: string[] = [];
  for (const column of wanted.columns) {
    const own = columnNamed(table, column.name);
    if (own === undefined) {
      absent.push(column.name);
      continue;
    }
    const label = `column ${table.name}.${column.name}`;
    const verdict = judgeColumn(column, own, table, label);
    if (verdict.why !== null) return conflict(verdict.why);
    differences.push(...verdict.differences);
    const why = judgeKey(wanted.columns, column, own, table);
    if (why !== null) return conflict(why);
  }
  if (absent.length > 0)
    return conflict(`The table "${table.name}" has no ${list("column", absent)}, which KV Manager writes.`);
  const strange = table.columns.find(
    (c) =>
      c.notNull && c.default === null && c.primaryKey === 0 && !c.generated && !has(wanted.columns, c.name),
  );
  if (strange !== undefined)
    return conflict(
      `The column ${table.name}.${strange.name} is NOT NULL without a default, and KV Manager does not fill it.`,
    );
  const references = judgeReferences(wanted, table);
  if (references.why !== null) return conflict(references.why);
  return {
    state: "there",
    actual,
    differences: [...differences, ...references.differences],
  };
}

function compareColumn(wanted: SchemaObject & { kind: "column" }, snapshot: Snapshot): Standing {
  const found = objectNamed(wanted.table, snapshot);
  if (found === null)
    return {
      state: "conflict",
      actual: null,
      why: `There is no table "${wanted.table}" to add a column to.`,
    };
  const { table } = found;
  if (table === undefined)
    return {
      state: "conflict",
      actual: null,
      why: `"${wanted.table}" is a ${found.kind}, not a table.`,
    };
  const own = columnNamed(table, wanted.column.name);
  if (own === undefined) {
    const why = unmetReference(wanted.references, snapshot, wanted.table);
    return why === null ? { state: "missing", actual: null } : { state: "conflict", actual: null, why };
  }
  const actual = columnText(own);
  const verdict = judgeColumn(wanted.column, own, table, labelOf(wanted));
  return verdict.why === null
    ? { state: "there", actual, differences: verdict.differences }
    : { state: "conflict", actual, why: verdict.why };
}

function compareIndex(wanted: SchemaObject & { kind: "index" }, snapshot: Snapshot): Standing {
  const found = objectNamed(wanted.name, snapshot);
  if (found === null) {
    const why = unmetIndex(wanted, snapshot);
    return why === null ? { state: "missing", actual: null } : { state: "conflict", actual: null, why };
  }
  const { index } = found;
  if (index === undefined)
    return {
      state: "conflict",
      actual: found.kind,
      why: `"${wanted.name}" is a ${found.kind}, not an index.`,
    };
  const actual = indexText(index);
  const sameColumns =
    sameName(index.table, wanted.table) &&
    index.columns.length === wanted.columns.length &&
    wanted.columns.every((c, i) => sameName(index.columns[i]?.name ?? "", c.name));
  if (!sameColumns || index.partial || (index.unique && !wanted.unique))
    return {
      state: "conflict",
      actual,
      why: `The index "${index.name}" is ${actual}, and KV Manager needs it ${indexText(wanted)}.`,
    };
  const sameOrder = wanted.columns.every((c, i) => index.columns[i]?.descending === c.descending);
  const differences = sameOrder
    ? []
    : [`The index ${index.name} is ${actual} instead of ${indexText(wanted)}; it serves all the same.`];
  return { state: "there", actual, differences };
}

/** Whether a column that is there can stand in for the wanted one. SQLite's types are only preferences. */
function judgeColumn(
  wanted: ColumnDefinition,
  found: Column,
  table: Table,
  label: string,
): { why: string | null; differences: string[] } {
  const no = (why: string) => ({ why, differences: [] });
  if (found.generated) return no(`The ${label} is computed, so KV Manager cannot write it.`);
  const sameType = plain(wanted.type) === plain(found.type);
  if (table.strict && !sameType)
    return no(`The ${label} is ${found.type} in a STRICT table, and KV Manager needs ${wanted.type}.`);
  if (found.notNull && !wanted.notNull && found.default === null && wanted.primaryKey === 0)
    return no(`The ${label} is NOT NULL without a default, and KV Manager leaves it empty at times.`);
  const same =
    sameType &&
    found.notNull === wanted.notNull &&
    sameDefault(wanted.default, found.default, wanted.primaryKey > 0);
  return {
    why: null,
    differences: same
      ? []
      : [
          `The ${label} is ${columnText(found) || "untyped"} instead of ${columnText(wanted)}; it works all the same.`,
        ],
  };
}

/** An `INTEGER PRIMARY KEY` numbers rows by itself; anything else in its place would refuse an insert. */
function judgeKey(
  columns: ColumnDefinition[],
  wanted: ColumnDefinition,
  found: Column,
  table: Table,
): string | null {
  const alone = columns.filter((c) => c.primaryKey > 0).length === 1;
  if (wanted.primaryKey === 0 || !alone || plain(wanted.type) !== "INTEGER") return null;
  const numbersItself =
    found.primaryKey === 1 &&
    plain(found.type) === "INTEGER" &&
    !table.withoutRowid &&
    table.columns.filter((c) => c.primaryKey > 0).length === 1;
  return numbersItself
    ? null
    : `The column ${table.name}.${found.name} does not number its rows by itself, as KV Manager needs.`;
}

function judgeReferences(
  wanted: SchemaObject & { kind: "table" },
  table: Table,
): { why: string | null; differences: string[] } {
  const differences: string[] = [];
  for (const found of table.references) {
    const known = wanted.references.some(
      (r) => sameName(r.column, found.column) && sameName(r.table, found.table),
    );
    if (!known && has(wanted.columns, found.column))
      return {
        why: `The column ${table.name}.${found.column} refers to the table "${found.table}", which would refuse KV Manager's rows.`,
        differences,
      };
  }
  for (const reference of wanted.references)
    if (!table.references.some((f) => sameName(f.column, reference.column)))
      differences.push(
        `The column ${table.name}.${reference.column} has no reference to ${reference.table}(${reference.to}); it works all the same.`,
      );
  return { why: null, differences };
}

/** Why a foreign key could not be made; null when its table and column are there. */
function unmetReference(references: Reference[], snapshot: Snapshot, own: string): string | null {
  for (const { table: name, to } of references) {
    if (sameName(name, own)) continue;
    const found = objectNamed(name, snapshot);
    if (found?.table === undefined) return `There is no table "${name}", which "${own}" refers to.`;
    if (columnNamed(found.table, to) === undefined)
      return `The table "${found.table.name}" has no column "${to}", which "${own}" refers to.`;
  }
  return null;
}

/** Why an index could not be made; null when its table and columns are there. */
function unmetIndex(wanted: SchemaObject & { kind: "index" }, snapshot: Snapshot): string | null {
  const found = objectNamed(wanted.table, snapshot);
  const { table } = found ?? {};
  if (table === undefined) return `There is no table "${wanted.table}" for the index "${wanted.name}".`;
  const absent = wanted.columns.filter((c) => columnNamed(table, c.name) === undefined).map((c) => c.name);
  return absent.length === 0
    ? null
    : `The table "${table.name}" has no ${list("column", absent)} for the index "${wanted.name}".`;
}

function columnNamed(table: Table, name: string): Column | undefined {
  return table.columns.find((c) => sameName(c.name, name));
}

function has(columns: { name: string }[], name: string): boolean {
  return columns.some((c) => sameName(c.name, name));
}

function list(noun: string, names: string[]): string {
  return `${noun}${names.length > 1 ? "s" : ""} ${names.map((n) => `"${n}"`).join(", ")}`;
}

function plain(type: string): string {
  return type.replace(/\s+/g, " ").trim().toUpperCase();
}

/** Defaults compare as written, without outer parentheses; numbers by value. SQLite keeps `(1)` as `1`. */
function sameDefault(wanted: string | null, found: string | null, ofKey: boolean): boolean {
  if (ofKey || wanted === found) return true;
  if (wanted === null || found === null) return /^null$/i.test(wanted ?? found ?? "");
  const [a, b] = [bare(wanted), bare(found)];
  return nameKey(a) === nameKey(b) || (a !== "" && b !== "" && Number(a) === Number(b));
}

function bare(text: string): string {
  return text.replace(/^\((.*)\)$/s, "$1").trim();
}
