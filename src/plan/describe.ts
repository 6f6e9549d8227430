import { visibleText } from "../lib/visible-text.js";
import type { SchemaObject } from "./sql-objects.js";

// Names and defaults may come from a database, so every text built from them is made printable here.

/** What column declarations read from SQL and from a database have in common. */
interface DeclaredColumn {
  type: string;
  notNull: boolean;
  default: string | null;
}

/** An object's kind and name as in the JSON output: `column bulk_jobs.metadata`. */
export function labelOf(object: SchemaObject): string {
  return object.kind === "column"
    ? `column ${object.table}.${object.column.name}`
    : `${object.kind} ${object.name}`;
}

/** A column as text: `TYPE [NOT NULL] [DEFAULT …]`. */
export function columnText(column: DeclaredColumn): string {
  const words = [column.type];
  if (column.notNull) words.push("NOT NULL");
  if (column.default !== null) words.push(`DEFAULT ${column.default}`);
  return visibleText(words.filter(Boolean).join(" "));
}

/** An index as text: `ON table (column [DESC], …)`. */
export function indexText(index: {
  table: string;
  unique: boolean;
  partial?: boolean;
  columns: { name: string | null; descending: boolean; collation?: string }[];
}): string {
  const columns = index.columns.map((c) =>
    [
      c.name ?? "expression",
      ...(c.collation === undefined ? [] : [`COLLATE ${c.collation}`]),
      ...(c.descending ? ["DESC"] : []),
    ].join(" "),
  );
  const where = index.partial ? " WHERE …" : "";
  return visibleText(`${index.unique ? "UNIQUE " : ""}ON ${index.table} (${columns.join(", ")})${where}`);
}

/** A table as text: its column names in order. */
export function tableText(table: { columns: { name: string }[] }): string {
  return visibleText(table.columns.map((c) => c.name).join(", "));
}

/**
 * An object as its SQL defines it, as text.
 * @param added columns that other statements add to a table
 */
export function expectedText(object: SchemaObject, added: { name: string }[] = []): string {
  if (object.kind === "column") return columnText(object.column);
  if (object.kind === "index") return indexText(object);
  return tableText({ columns: [...object.columns, ...added] });
}
