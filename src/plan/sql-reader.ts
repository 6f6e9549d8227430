/**
 * A small strict reader of the three statement kinds that the files in sql/ may use: CREATE TABLE,
 * CREATE INDEX, ALTER TABLE … ADD COLUMN. Strict on purpose: a statement that it does not fully understand
 * could not be detected, planned or verified, so it is an error with file and line, not a guess.
 */
import { sameName } from "./names.js";
import { type Token, tokenize } from "./sql-tokens.js";

/** A column as SQL declares it. `default` is the text of the default as SQLite keeps it; null when none. */
export interface ColumnDefinition {
  name: string;
  type: string;
  notNull: boolean;
  default: string | null;
  /** Position in the primary key, from 1; 0 for a column outside it. As `PRAGMA table_info` counts. */
  primaryKey: number;
}

/** One column of a foreign key: `column` points to `table`(`to`). */
export interface Reference {
  column: string;
  table: string;
  to: string;
}

/** What one statement brings into a database. */
export type SchemaObject =
  | {
      kind: "table";
      name: string;
      columns: ColumnDefinition[];
      references: Reference[];
      /** Column lists of UNIQUE constraints. */
      unique: string[][];
    }
  | {
      kind: "column";
      table: string;
      column: ColumnDefinition;
      references: Reference[];
    }
  | {
      kind: "index";
      name: string;
      table: string;
      unique: boolean;
      columns: { name: string; descending: boolean }[];
    };

/** One statement of a file in sql/, without its final semicolon. */
export interface Statement {
  /** Exactly what is sent to the database. */
  sql: string;
  /** The comment lines above it, without their dashes, for the person who reads the preview. */
  comment: string[];
  provides: SchemaObject;
}

/** A file in sql/ that this program cannot use; names file and line. */
export class SqlFileError extends Error {
  /**
   * @param file the file's name as shown to people
   * @param line the line, from 1
   * @param what what stands there that cannot be used
   */
  constructor(file: string, line: number, what: string) {
    super(`${file}:${line}: ${what}`);
    this.name = "SqlFileError";
  }
}

/**
 * Reads all statements of one SQL file.
 * @param text the file's text
 * @param file its name, for errors
 * @returns the statements in order, and the comment that opens the file (above the first blank line)
 * @throws {SqlFileError} for anything but the three statement kinds
 */
export function readSqlFile(text: string, file: string): { header: string[]; statements: Statement[] } {
  const tokens = tokenize(text, (line, what) => new SqlFileError(file, line, what));
  const header = headerOf(text);
  const statements: Statement[] = [];
  let from = 0;
  for (let at = 0; at <= tokens.length; at++) {
    const end = tokens[at];
    if (end !== undefined && end.text !== ";") continue;
    const own = tokens.slice(from, at);
    const first = own[0];
    const last = own.at(-1);
    from = at + 1;
    if (first === undefined || last === undefined) continue;
    statements.push({
      sql: text.slice(first.start, last.end),
      comment: commentAbove(text, first.start),
      provides: new Reader(own, text, file).statement(),
    });
  }
  return { header, statements };
}

/** The comment lines at the top of a file, up to the first line that is none. */
function headerOf(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.startsWith("--")) break;
    lines.push(line.replace(/^--\s?/, ""));
  }
  return lines;
}

/** The unbroken run of comment lines that ends just above `start`. */
function commentAbove(text: string, start: number): string[] {
  const above = text.slice(0, start).split(/\r?\n/).slice(0, -1);
  const comment: string[] = [];
  for (const line of above.reverse()) {
    if (!line.trimStart().startsWith("--")) break;
    comment.unshift(line.trim().replace(/^--\s?/, ""));
  }
  return comment;
}

/** Reads one statement's tokens from left to right. */
class Reader {
  private at = 0;
  private readonly tokens: Token[];
  private readonly text: string;
  private readonly file: string;

  constructor(tokens: Token[], text: string, file: string) {
    this.tokens = tokens;
    this.text = text;
    this.file = file;
  }

  statement(): SchemaObject {
    const provides = this.object();
    const extra = this.tokens[this.at];
    if (extra !== undefined) throw this.unsupported(extra);
    return provides;
  }

  private object(): SchemaObject {
    if (this.take("CREATE", "TABLE")) return this.createTable();
    if (this.take("CREATE", "UNIQUE", "INDEX")) return this.createIndex(true);
    if (this.take("CREATE", "INDEX")) return this.createIndex(false);
    if (this.take("ALTER", "TABLE")) return this.addColumn();
    throw this.error("only CREATE TABLE, CREATE INDEX and ALTER TABLE … ADD COLUMN are supported");
  }

  private createTable(): SchemaObject {
    this.take("IF", "NOT", "EXISTS");
    const name = this.name("a table name");
    const columns: ColumnDefinition[] = [];
    const references: Reference[] = [];
    const unique: string[][] = [];
    let constraintsBegan = false;
    this.expect("(");
    do {
      const start = this.tokens[this.at];
      if (this.tableConstraint(columns, references, unique)) constraintsBegan = true;
      else if (constraintsBegan) throw this.error("a column cannot follow a table constraint", start);
      else {
        const column = this.column(references, unique);
        if (hasName(columns, column.name)) throw this.error(`there are two columns "${column.name}"`, start);
        const keys = columns.filter((c) => c.primaryKey > 0);
        if (column.primaryKey > 0 && keys.length > 0) throw this.error("there are two primary keys", start);
        columns.push(column);
      }
    } while (this.take(","));
    this.expect(")");
    return { kind: "table", name, columns, references, unique };
  }

  private createIndex(unique: boolean): SchemaObject {
    this.take("IF", "NOT", "EXISTS");
    const name = this.name("an index name");
    this.expect("ON");
    const table = this.name("a table name");
    const columns: { name: string; descending: boolean }[] = [];
    this.expect("(");
    do {
      const column = this.name("a column name");
      const descending = this.take("DESC");
      if (!descending) this.take("ASC");
      columns.push({ name: column, descending });
    } while (this.take(","));
    this.expect(")");
    return { kind: "index", name, table, unique, columns };
  }

  private addColumn(): SchemaObject {
    const table = this.name("a table name");
    this.expect("ADD");
    this.take("COLUMN");
    const references: Reference[] = [];
    const unique: string[][] = [];
    const start = this.tokens[this.at];
    const column = this.column(references, unique);
    if (references.length > 0 && column.default !== null && !/^null$/i.test(column.default))
      throw this.error("ADD COLUMN with REFERENCES cannot have a default", start);
    // SQLite refuses each of these, some only when the table has rows: better found here than by a user.
    if (column.primaryKey > 0 || unique.length > 0)
      throw this.error("ADD COLUMN cannot be PRIMARY KEY or UNIQUE", start);
    if (column.default !== null && /^(CURRENT_|\()/i.test(column.default))
      throw this.error("ADD COLUMN needs a constant default", start);
    if (column.notNull && (column.default === null || /^null$/i.test(column.default)))
      throw this.error("ADD COLUMN with NOT NULL needs a default", start);
    return { kind: "column", table, column, references };
  }

  private tableConstraint(columns: ColumnDefinition[], references: Reference[], unique: string[][]): boolean {
    const named = this.take("CONSTRAINT");
    if (named) this.name("a constraint name");
    if (this.take("PRIMARY", "KEY")) {
      const start = this.tokens[this.at];
      if (columns.some((c) => c.primaryKey > 0)) throw this.error("there are two primary keys", start);
      for (const [position, name] of this.columnList(columns).entries()) {
        const column = columns.find((c) => sameName(c.name, name));
        if (column !== undefined) column.primaryKey = position + 1;
      }
      return true;
    }
    if (this.take("UNIQUE")) {
      unique.push(this.columnList(columns));
      return true;
    }
    if (this.take("FOREIGN", "KEY")) {
      const own = this.columnList(columns);
      this.expect("REFERENCES");
      this.reference(own, references);
      return true;
    }
    if (named) throw this.error("after CONSTRAINT only PRIMARY KEY, UNIQUE and FOREIGN KEY are supported");
    return false;
  }

  /** A list of names, each of which must be one of these columns. */
  private columnList(columns: ColumnDefinition[]): string[] {
    const start = this.tokens[this.at];
    const names = this.nameList();
    const unknown = names.find((name) => !hasName(columns, name));
    if (unknown !== undefined) throw this.error(`"${unknown}" is no column of this table`, start);
    return names;
  }

  private column(references: Reference[], unique: string[][]): ColumnDefinition {
    const column: ColumnDefinition = {
      name: this.name("a column name"),
      type: this.type(),
      notNull: false,
      default: null,
      primaryKey: 0,
    };
    for (;;) {
      const start = this.tokens[this.at];
      if (this.take("PRIMARY", "KEY")) {
        if (column.primaryKey > 0) throw this.error("there are two primary keys", start);
        column.primaryKey = 1;
        if (!this.take("ASC") && this.take("DESC")) throw this.error("DESC is not supported here", start);
        if (this.take("AUTOINCREMENT") && column.type.toUpperCase() !== "INTEGER")
          throw this.error("AUTOINCREMENT is for INTEGER PRIMARY KEY only", start);
      } else if (this.take("NOT", "NULL")) column.notNull = true;
      else if (this.take("UNIQUE")) unique.push([column.name]);
      else if (this.take("DEFAULT")) {
        if (column.default !== null) throw this.error("there are two defaults", start);
        column.default = this.default();
      } else if (this.take("REFERENCES")) this.reference([column.name], references);
      else return column;
    }
  }

  /** The words of a declared type, with its lengths, as they stand: `VARCHAR(10)`. */
  private type(): string {
    const first = this.tokens[this.at];
    let last: Token | undefined;
    while (this.tokens[this.at]?.kind === "word" && !reservedWords.has(this.upper())) last = this.next();
    if (last !== undefined && this.take("(")) {
      while (!this.take(")")) this.next();
      last = this.tokens[this.at - 1];
    }
    return first !== undefined && last !== undefined ? this.text.slice(first.start, last.end) : "";
  }

  /** The text of a default as SQLite keeps it; the outer parentheses of an expression are kept here. */
  private default(): string {
    const first = this.next();
    if (first.text === "(") {
      let depth = 1;
      while (depth > 0) {
        const token = this.next();
        if (token.text === "(") depth++;
        if (token.text === ")") depth--;
      }
    } else if (first.text === "+" || first.text === "-") {
      if (this.next().kind !== "number") throw this.error("a number is missing after the sign", first);
    } else if (first.kind === "punctuation") throw this.error("a default value is missing", first);
    const last = this.tokens[this.at - 1] ?? first;
    return this.text.slice(first.start, last.end);
  }

  private reference(own: string[], references: Reference[]): void {
    const start = this.tokens[this.at];
    const table = this.name("a table name");
    const to = this.nameList();
    if (to.length !== own.length) throw this.error("a reference needs as many columns on both sides", start);
    for (const [i, column] of own.entries()) references.push({ column, table, to: to[i] ?? "" });
  }

  private nameList(): string[] {
    const names: string[] = [];
    this.expect("(");
    do names.push(this.name("a column name"));
    while (this.take(","));
    this.expect(")");
    return names;
  }

  private name(what: string): string {
    const token = this.tokens[this.at];
    const isName = token?.kind === "quoted" || (token?.kind === "word" && !reservedWords.has(this.upper()));
    if (token === undefined || !isName) throw this.error(`${what} is missing`, token);
    if (/^sqlite_/i.test(token.value)) throw this.error(`the name "${token.value}" is SQLite's own`, token);
    this.at++;
    return token.value;
  }

  private next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw this.error("the statement ends too early");
    this.at++;
    return token;
  }

  private upper(offset = 0): string {
    const token = this.tokens[this.at + offset];
    return token === undefined || token.kind === "quoted" || token.kind === "string"
      ? ""
      : token.text.toUpperCase();
  }

  /** Steps over these words if they come next. */
  private take(...words: string[]): boolean {
    if (!words.every((word, i) => this.upper(i) === word)) return false;
    this.at += words.length;
    return true;
  }

  private expect(word: string): void {
    if (this.take(word)) return;
    const token = this.tokens[this.at];
    if (word === ")" && token?.kind === "word") throw this.unsupported(token);
    throw this.error(`"${word}" is missing`);
  }

  private unsupported(token: Token): SqlFileError {
    return this.error(`"${token.text}" is not supported here`, token);
  }

  private error(what: string, token = this.tokens[this.at] ?? this.tokens.at(-1)): SqlFileError {
    return new SqlFileError(this.file, token?.line ?? 1, what);
  }
}

function hasName(columns: ColumnDefinition[], name: string): boolean {
  return columns.some((column) => sameName(column.name, name));
}

/** Words that cannot be names without quotes; the first ones also end a declared type. */
const reservedWords = new Set([
  ...["PRIMARY", "NOT", "NULL", "UNIQUE", "DEFAULT", "REFERENCES", "CHECK", "COLLATE", "CONSTRAINT"],
  ...[
    "GENERATED",
    "AS",
    "ORDER",
    "GROUP",
    "BY",
    "TABLE",
    "INDEX",
    "SELECT",
    "WHERE",
    "FROM",
    "VALUES",
    "FOREIGN",
  ],
  ...[
    "AND",
    "OR",
    "IN",
    "IS",
    "ON",
    "SET",
    "TO",
    "CREATE",
    "ALTER",
    "DROP",
    "DELETE",
    "UPDATE",
    "INSERT",
    "INTO",
  ],
  ...[
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "JOIN",
    "UNION",
    "LIMIT",
    "HAVING",
    "DISTINCT",
    "EXISTS",
    "TRANSACTION",
  ],
]);

/**
 * A statement in one line, for a command that somebody types: cmd.exe cuts an argument at its first newline.
 * Texts in quotes stay as they are.
 */
export function oneLine(sql: string): string {
  const tokens = tokenize(sql, (line, what) => new SqlFileError("sql", line, what));
  const spaced = (token: Token, before: Token | undefined) =>
    before !== undefined && before.end !== token.start && before.text !== "(" && token.text !== ")";
  return tokens.map((token, i) => (spaced(token, tokens[i - 1]) ? ` ${token.text}` : token.text)).join("");
}
