/**
 * The schema of a database as a plain value: what an inspection found. It has names and declarations, never a row.
 * Another program's answer becomes one only through `decodeSnapshot`, which checks its shape.
 */
export interface Snapshot {
  tables: Table[];
  indexes: Index[];
  /** Views, virtual tables and other objects that use a name without being a plain table. */
  others: { kind: string; name: string }[];
  triggers: { name: string; table: string }[];
}

/** A plain table. */
export interface Table {
  name: string;
  strict: boolean;
  withoutRowid: boolean;
  columns: Column[];
  references: { column: string; table: string; to: string | null }[];
}

/** A column as `PRAGMA table_xinfo` reports it. `primaryKey` is its position in the key, starting at 1, or 0. */
export interface Column {
  name: string;
  type: string;
  notNull: boolean;
  default: string | null;
  primaryKey: number;
  /** A generated column, so nothing can be written to it. */
  generated: boolean;
}

/** An index created by CREATE INDEX, or (with `implied`) by a UNIQUE or PRIMARY KEY. */
export interface Index {
  name: string;
  table: string;
  unique: boolean;
  /** Has a WHERE clause: covers only some rows. */
  partial: boolean;
  implied: boolean;
  /** `name` is null for an expression; `collation`, in capitals, is given only if it is not SQLite's default. */
  columns: { name: string | null; descending: boolean; collation?: string }[];
}

/** The input is not an inspection's answer; `where` says which part is wrong. */
export class ShapeError extends Error {
  constructor(where: string, expected: string) {
    super(`${where} is not ${expected}`);
    this.name = "ShapeError";
  }
}

/** The version that `inspectionQuery` puts into its answer; raised when the shape changes. */
export const inspectionVersion = 1;

/**
 * Checks an inspection's answer and converts it to a snapshot. Another program's output is not trusted: every part must
 * have the expected type.
 * @param answer the parsed JSON of the inspection query's only value
 * @throws {ShapeError} when any part is missing or of the wrong type
 */
export function decodeSnapshot(answer: unknown): Snapshot {
  const top = new Part(answer, "the inspection");
  if (top.get("inspection").value !== inspectionVersion)
    throw new ShapeError("the inspection", `of version ${inspectionVersion}`);
  const details = top.get("tables").list();
  const snapshot: Snapshot = { tables: [], indexes: [], others: [], triggers: [] };
  for (const object of top.get("objects").list()) {
    const kind = object.get("kind").text();
    const name = object.get("name").text();
    if (kind === "trigger") snapshot.triggers.push({ name, table: object.get("table").text() });
    else if (kind !== "table" && kind !== "index") snapshot.others.push({ kind, name });
  }
  for (const table of details) {
    const name = table.get("name").text();
    snapshot.tables.push({
      name,
      strict: table.get("strict").flag(),
      withoutRowid: table.get("withoutRowid").flag(),
      columns: table.get("columns").list().map(decodeColumn),
      references: table
        .get("references")
        .list()
        .map((r) => ({
          column: r.get("column").text(),
          table: r.get("table").text(),
          to: r.get("to").textOrNull(),
        })),
    });
    for (const index of table.get("indexes").list()) snapshot.indexes.push(decodeIndex(index, name));
  }
  return snapshot;
}

function decodeColumn(column: Part): Column {
  return {
    name: column.get("name").text(),
    type: column.get("type").text(),
    notNull: column.get("notNull").flag(),
    default: column.get("default").textOrNull(),
    primaryKey: column.get("primaryKey").number(),
    generated: column.get("hidden").number() !== 0,
  };
}

function decodeIndex(index: Part, table: string): Index {
  return {
    name: index.get("name").text(),
    table,
    unique: index.get("unique").flag(),
    partial: index.get("partial").flag(),
    implied: index.get("origin").text() !== "c",
    columns: index
      .get("columns")
      .list()
      .map((c) => ({
        name: c.get("name").textOrNull(),
        descending: c.get("descending").flag(),
        ...decodeCollation(c),
      })),
  };
}

/** Missing in a schema saved by an earlier version of this program. */
function decodeCollation(column: Part): { collation?: string } {
  const { value } = column.get("collation");
  const collation = value === undefined ? "BINARY" : column.get("collation").text().toUpperCase();
  return collation === "BINARY" ? {} : { collation };
}

/** A value of unknown shape together with where it was found. */
class Part {
  readonly value: unknown;
  private readonly where: string;

  constructor(value: unknown, where: string) {
    this.value = value;
    this.where = where;
  }

  get(key: string): Part {
    if (typeof this.value !== "object" || this.value === null) throw new ShapeError(this.where, "an object");
    return new Part((this.value as Record<string, unknown>)[key], `${this.where}.${key}`);
  }

  list(): Part[] {
    if (!Array.isArray(this.value)) throw new ShapeError(this.where, "a list");
    return this.value.map((value, i) => new Part(value, `${this.where}[${i}]`));
  }

  text(): string {
    if (typeof this.value !== "string") throw new ShapeError(this.where, "a text");
    return this.value;
  }

  textOrNull(): string | null {
    return this.value === null ? null : this.text();
  }

  number(): number {
    if (typeof this.value !== "number") throw new ShapeError(this.where, "a number");
    return this.value;
  }

  /** SQLite's 0 or 1. */
  flag(): boolean {
    const number = this.number();
    if (number !== 0 && number !== 1) throw new ShapeError(this.where, "0 or 1");
    return number === 1;
  }
}
