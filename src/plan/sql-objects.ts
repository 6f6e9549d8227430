/** A column as SQL declares it. `default` is the text of the default as SQLite keeps it; null if there is none. */
export interface ColumnDefinition {
  name: string;
  type: string;
  notNull: boolean;
  default: string | null;
  /** Position in the primary key, from 1; 0 for a column outside it. As in `PRAGMA table_info`. */
  primaryKey: number;
}

/** One column of a foreign key: `column` points to `table`(`to`). */
export interface Reference {
  column: string;
  table: string;
  to: string;
}

/** SQLite's default collation, which compares bytes; an index uses it unless it names another. */
export const binary = "BINARY";

/** A column of an index. `collation` is set only if it is not `BINARY`, in capitals. */
export interface IndexedColumn {
  name: string;
  descending: boolean;
  collation?: string;
}

/** What one statement adds to a database. */
export type SchemaObject = TableObject | ColumnObject | IndexObject;

export interface TableObject {
  kind: "table";
  name: string;
  columns: ColumnDefinition[];
  references: Reference[];
  /** Column lists of UNIQUE constraints. */
  unique: string[][];
}

export interface ColumnObject {
  kind: "column";
  table: string;
  column: ColumnDefinition;
  references: Reference[];
}

export interface IndexObject {
  kind: "index";
  name: string;
  table: string;
  unique: boolean;
  columns: IndexedColumn[];
}

/** One statement of a file in sql/, without its final semicolon. */
export interface Statement {
  /** Exactly what is sent to the database. */
  sql: string;
  /** The comment lines above it, without their dashes, for readers of the preview. */
  comment: string[];
  provides: SchemaObject;
}

/** A file in sql/ that this program cannot use; the message names file and line. */
export class SqlFileError extends Error {
  /** @param line from 1 */
  constructor(file: string, line: number, what: string) {
    super(`${file}:${line}: ${what}`);
    this.name = "SqlFileError";
  }
}
