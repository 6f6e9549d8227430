import { hasName, isSameName } from "./names.js";
import {
  binary,
  type ColumnDefinition,
  type ColumnObject,
  type IndexedColumn,
  type IndexObject,
  type Reference,
  type SchemaObject,
  SqlFileError,
  type TableObject,
} from "./sql-objects.js";
import type { Token } from "./sql-tokens.js";

/**
 * Parses one statement into what it adds to a database.
 * @param tokens the statement's, without its semicolon
 * @param text the whole file, from which types and defaults are taken verbatim
 * @param file its name, for errors
 * @throws {SqlFileError} for anything but the three statement kinds
 */
export function readStatement(tokens: Token[], text: string, file: string): SchemaObject {
  return new Reader(tokens, text, file).statement();
}

/** Reads one statement's tokens from left to right. */
class Reader {
  private at = 0;
  private defaultIsExpression = false;
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
    const extra = this.here;
    if (extra !== undefined) throw this.unsupported(extra);
    return provides;
  }

  private object(): SchemaObject {
    if (this.take("CREATE", "TABLE")) return this.createTable();
    if (this.take("CREATE", "UNIQUE", "INDEX")) return this.createIndex(true);
    if (this.take("CREATE", "INDEX")) return this.createIndex(false);
    if (this.take("ALTER", "TABLE")) return this.addColumn();
    const words = this.tokens.slice(this.at, this.at + 2).map((token) => token.text);
    throw this.error(
      `only CREATE TABLE, CREATE INDEX and ALTER TABLE … ADD COLUMN are supported, not ${words.join(" ")}`,
    );
  }

  private createTable(): TableObject {
    this.take("IF", "NOT", "EXISTS");
    const name = this.name("a table name");
    const columns: ColumnDefinition[] = [];
    const references: Reference[] = [];
    const unique: string[][] = [];
    let constraintsBegan = false;
    this.list(() => {
      const start = this.here;
      if (this.tableConstraint(columns, references, unique)) constraintsBegan = true;
      else if (constraintsBegan) throw this.error("a column cannot follow a table constraint", start);
      else {
        const column = this.column(references, unique);
        if (hasName(columns, column.name)) throw this.error(`there are two columns "${column.name}"`, start);
        const keys = columns.filter((c) => c.primaryKey > 0);
        if (column.primaryKey > 0 && keys.length > 0) throw this.error("there are two primary keys", start);
        columns.push(column);
      }
    });
    return { kind: "table", name, columns, references, unique };
  }

  private createIndex(unique: boolean): IndexObject {
    this.take("IF", "NOT", "EXISTS");
    const name = this.name("an index name");
    this.expect("ON");
    const table = this.name("a table name");
    const columns = this.list(() => this.indexedColumn());
    return { kind: "index", name, table, unique, columns };
  }

  private indexedColumn(): IndexedColumn {
    const name = this.name("a column name");
    const collation = this.take("COLLATE") ? this.name("a collation's name").toUpperCase() : binary;
    const descending = this.take("DESC");
    if (!descending) this.take("ASC");
    return { name, descending, ...(collation === binary ? {} : { collation }) };
  }

  private addColumn(): ColumnObject {
    const table = this.name("a table name");
    this.expect("ADD");
    this.take("COLUMN");
    const references: Reference[] = [];
    const unique: string[][] = [];
    const start = this.here;
    const column = this.column(references, unique);
    const isNullByDefault = column.default === null || /^null$/i.test(column.default);
    if (references.length > 0 && !isNullByDefault)
      throw this.error("ADD COLUMN with REFERENCES cannot have a default", start);
    // SQLite refuses each of these, some only if the table has rows: better caught here than by a user.
    if (column.primaryKey > 0 || unique.length > 0)
      throw this.error("ADD COLUMN cannot be PRIMARY KEY or UNIQUE", start);
    if (column.default !== null && (this.defaultIsExpression || /^CURRENT_/i.test(column.default)))
      throw this.error("ADD COLUMN needs a constant default", start);
    if (column.notNull && isNullByDefault)
      throw this.error("ADD COLUMN with NOT NULL needs a default", start);
    return { kind: "column", table, column, references };
  }

  private tableConstraint(columns: ColumnDefinition[], references: Reference[], unique: string[][]): boolean {
    const named = this.take("CONSTRAINT");
    if (named) this.name("a constraint name");
    if (this.take("PRIMARY", "KEY")) {
      const start = this.here;
      if (columns.some((c) => c.primaryKey > 0)) throw this.error("there are two primary keys", start);
      for (const [position, name] of this.columnList(columns).entries()) {
        const column = columns.find((c) => isSameName(c.name, name));
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

  /** Parses a list of names, each of which must be one of these columns. */
  private columnList(columns: ColumnDefinition[]): string[] {
    const start = this.here;
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
      const start = this.here;
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

  /** Parses a declared type with its lengths, verbatim: `VARCHAR(10)`. */
  private type(): string {
    const first = this.here;
    let last: Token | undefined;
    while (this.here?.kind === "word" && !reservedWords.has(this.upper())) last = this.next();
    if (last !== undefined && this.take("(")) {
      while (!this.take(")")) this.next();
      last = this.tokens[this.at - 1];
    }
    return first !== undefined && last !== undefined ? this.text.slice(first.start, last.end) : "";
  }

  /** Parses a default into the text that SQLite keeps: an expression without its outer parentheses. */
  private default(): string {
    const first = this.next();
    if (first.text === "(") {
      this.defaultIsExpression = true;
      let depth = 1;
      while (depth > 0) {
        const token = this.next();
        if (token.text === "(") depth++;
        if (token.text === ")") depth--;
      }
      const end = this.tokens[this.at - 1]?.start ?? first.end;
      return this.text.slice(first.end, end).trim();
    }
    if (first.text === "+" || first.text === "-") {
      if (this.next().kind !== "number") throw this.error("a number is missing after the sign", first);
    } else if (first.kind === "punctuation") throw this.error("a default value is missing", first);
    const last = this.tokens[this.at - 1] ?? first;
    return this.text.slice(first.start, last.end);
  }

  private reference(own: string[], references: Reference[]): void {
    const start = this.here;
    const table = this.name("a table name");
    const to = this.nameList();
    if (to.length !== own.length) throw this.error("a reference needs as many columns on both sides", start);
    for (const [i, column] of own.entries()) references.push({ column, table, to: to[i] ?? "" });
  }

  private nameList(): string[] {
    return this.list(() => this.name("a column name"));
  }

  /** Parses what is in parentheses, separated by commas. */
  private list<T>(item: () => T): T[] {
    const items: T[] = [];
    this.expect("(");
    do items.push(item());
    while (this.take(","));
    this.expect(")");
    return items;
  }

  private name(what: string): string {
    const token = this.here;
    const isName = token?.kind === "quoted" || (token?.kind === "word" && !reservedWords.has(this.upper()));
    if (token?.kind === "word" && !isName) throw this.unsupported(token);
    if (token === undefined || !isName) throw this.error(`${what} is missing`, token);
    if (/^sqlite_/i.test(token.value)) throw this.error(`the name "${token.value}" is SQLite's own`, token);
    this.at++;
    return token.value;
  }

  /** The token that comes next; undefined at the end. */
  private get here(): Token | undefined {
    return this.tokens[this.at];
  }

  private next(): Token {
    const token = this.here;
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

  /** Consumes these words if they come next. */
  private take(...words: string[]): boolean {
    if (!words.every((word, i) => this.upper(i) === word)) return false;
    this.at += words.length;
    return true;
  }

  private expect(word: string): void {
    if (this.take(word)) return;
    const token = this.here;
    if (word === ")" && token?.kind === "word") throw this.unsupported(token);
    throw this.error(`"${word}" is missing`);
  }

  private unsupported(token: Token): SqlFileError {
    return this.error(`"${token.text}" is not supported here`, token);
  }

  private error(what: string, token = this.here ?? this.tokens.at(-1)): SqlFileError {
    return new SqlFileError(this.file, token?.line ?? 1, what);
  }
}

/** Words that cannot be names without quotes; they also end a declared type. */
const reservedWords = new Set(
  [
    "PRIMARY NOT NULL UNIQUE DEFAULT REFERENCES CHECK COLLATE CONSTRAINT GENERATED AS ORDER GROUP",
    "BY TABLE INDEX SELECT WHERE FROM VALUES FOREIGN AND OR IN IS ON SET TO CREATE ALTER DROP",
    "DELETE UPDATE INSERT INTO CASE WHEN THEN ELSE JOIN UNION LIMIT HAVING DISTINCT EXISTS",
    "TRANSACTION",
  ].flatMap((line) => line.split(" ")),
);
