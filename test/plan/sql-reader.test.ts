import { describe, expect, it } from "vitest";
import { type SchemaObject, SqlFileError } from "../../src/plan/sql-objects.js";
import { readSqlFile } from "../../src/plan/sql-reader.js";

const read = (text: string) => readSqlFile(text, "sql/x.sql");

/** What the only statement of a text provides. */
function only(text: string): SchemaObject {
  const { statements } = read(text);
  expect(statements).toHaveLength(1);
  return statements[0]?.provides as SchemaObject;
}

function columnsOf(text: string) {
  const object = only(text);
  if (object.kind !== "table") throw new Error("not a table");
  return object.columns;
}

/** The only column of `CREATE TABLE t (a …)`. */
const columnOf = (declaration: string) => columnsOf(`CREATE TABLE t (a ${declaration});`)[0];

const plainColumn = { name: "a", type: "TEXT", notNull: false, default: null, primaryKey: 0 };

describe("a statement", () => {
  it.each([
    "CREATE TABLE t (a TEXT)",
    "create table if not exists t (a TEXT)",
    "CREATE\n TABLE\tt(a TEXT)",
    "/* above */ CREATE /* in */ TABLE t -- name\n ( -- open\n a /* ( */ TEXT -- ; '\n)",
  ])("is read as a table: %j", (sql) => {
    expect(only(`${sql};`)).toEqual({
      kind: "table",
      name: "t",
      columns: [plainColumn],
      references: [],
      unique: [],
    });
  });

  it.each([
    ["CREATE INDEX i ON t(a)", false, [["a", false]]],
    ["CREATE INDEX IF NOT EXISTS i ON t (a ASC)", false, [["a", false]]],
    ["CREATE UNIQUE INDEX i ON t(a DESC)", true, [["a", true]]],
    [
      "create unique index if not exists i on t(a, b desc, c)",
      true,
      [
        ["a", false],
        ["b", true],
        ["c", false],
      ],
    ],
  ] as const)("is read as an index: %s", (sql, unique, columns) => {
    expect(only(sql)).toEqual({
      kind: "index",
      name: "i",
      table: "t",
      unique,
      columns: columns.map(([name, descending]) => ({ name, descending })),
    });
  });

  it.each([
    ["ALTER TABLE t ADD COLUMN a TEXT", {}],
    ["alter table t add a TEXT", {}],
    ["ALTER TABLE t ADD COLUMN a REAL DEFAULT 0", { type: "REAL", default: "0" }],
    ["ALTER TABLE t ADD COLUMN a TEXT NOT NULL DEFAULT ''", { notNull: true, default: "''" }],
    ["ALTER TABLE t ADD COLUMN a", { type: "" }],
  ])("is read as a column: %s", (sql, declared) => {
    expect(only(sql)).toEqual({
      kind: "column",
      table: "t",
      column: { ...plainColumn, ...declared },
      references: [],
    });
  });

  it("is read with the foreign key of an added column", () => {
    expect(only("ALTER TABLE t ADD COLUMN a TEXT REFERENCES other(id)")).toMatchObject({
      references: [{ column: "a", table: "other", to: "id" }],
    });
  });
});

describe("a name", () => {
  it.each([
    ["job_id", "job_id"],
    ['"job id"', "job id"],
    ['"say ""hi"""', 'say "hi"'],
    ["`job``id`", "job`id"],
    ["[job id;]", "job id;"],
    ['"--no comment"', "--no comment"],
    ["größe$1", "größe$1"],
  ])("written as %s is read as %s", (written, name) => {
    expect(columnsOf(`CREATE TABLE ${written} (${written} TEXT);`)).toEqual([{ ...plainColumn, name }]);
    expect(only(`CREATE INDEX ${written} ON ${written}(${written})`)).toMatchObject({
      name,
      table: name,
      columns: [{ name, descending: false }],
    });
  });
});

describe("a table's columns", () => {
  it.each([
    ["", ""],
    ["INTEGER", "INTEGER"],
    ["VARCHAR(10)", "VARCHAR(10)"],
    ["DECIMAL (10, 2)", "DECIMAL (10, 2)"],
    ["UNSIGNED BIG INT", "UNSIGNED BIG INT"],
    ["DOUBLE  PRECISION NOT NULL", "DOUBLE  PRECISION"],
  ])("keep the type of %j as written", (declaration, type) => {
    expect(columnOf(declaration)?.type).toBe(type);
  });

  it.each([
    ["0", "0"],
    ["1.5e-3", "1.5e-3"],
    [".5", ".5"],
    ["-1", "-1"],
    ["+2.5", "+2.5"],
    ["'it''s'", "'it''s'"],
    ["'a; b -- c /* d'", "'a; b -- c /* d'"],
    ["'line\nbreak'", "'line\nbreak'"],
    ["NULL", "NULL"],
    ["CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"],
    ["(1)", "1"],
    ["( strftime('%s', 'now') + (2 * 3) )", "strftime('%s', 'now') + (2 * 3)"],
    ["(')')", "')'"],
  ])("keep the value of DEFAULT %s as written, without enclosing parentheses", (written, text) => {
    expect(columnOf(`TEXT DEFAULT ${written} NOT NULL`)).toEqual({
      ...plainColumn,
      notNull: true,
      default: text,
    });
  });

  it.each([
    ["a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT", [1, 0]],
    ["a INTEGER PRIMARY KEY ASC, b TEXT", [1, 0]],
    ["a TEXT, b TEXT, PRIMARY KEY (b)", [0, 1]],
    ["a TEXT, b TEXT, PRIMARY KEY (b, A)", [2, 1]],
    ["a TEXT, b TEXT, CONSTRAINT pk PRIMARY KEY (a, b)", [1, 2]],
    ["a TEXT, b TEXT", [0, 0]],
  ])("have their positions in the primary key of (%s)", (body, positions) => {
    expect(columnsOf(`CREATE TABLE t (${body})`).map((c) => c.primaryKey)).toEqual(positions);
  });

  it.each([
    ["a TEXT REFERENCES o(id), b TEXT", [["a", "o", "id"]]],
    ["a TEXT, b TEXT, FOREIGN KEY (a) REFERENCES o(id)", [["a", "o", "id"]]],
    [
      "a TEXT, b TEXT, FOREIGN KEY (a, b) REFERENCES o(x, y)",
      [
        ["a", "o", "x"],
        ["b", "o", "y"],
      ],
    ],
    [
      'a TEXT REFERENCES o(id), b TEXT, CONSTRAINT f FOREIGN KEY (b) REFERENCES "o 2"([x])',
      [
        ["a", "o", "id"],
        ["b", "o 2", "x"],
      ],
    ],
  ])("have the foreign keys of (%s)", (body, expected) => {
    expect(only(`CREATE TABLE t (${body})`)).toMatchObject({
      references: expected.map(([column, table, to]) => ({ column, table, to })),
    });
  });

  it.each([
    ["a TEXT UNIQUE, b TEXT", [["a"]]],
    ["a TEXT, b TEXT, UNIQUE(a, b)", [["a", "b"]]],
    ["a TEXT UNIQUE NOT NULL, b TEXT, CONSTRAINT u UNIQUE (b), UNIQUE (b, a)", [["a"], ["b"], ["b", "a"]]],
  ])("have the UNIQUE constraints of (%s)", (body, unique) => {
    expect(only(`CREATE TABLE t (${body})`)).toMatchObject({ unique });
  });
});

describe("a file", () => {
  it("is read as its header, comments and exact SQL", () => {
    const { header, statements } = read(
      [
        "-- Title: what it is for.",
        "-- since: 2025-11-10",
        "",
        "-- Lost: a blank line follows.",
        "",
        "-- First line.",
        "  --Second line.",
        "CREATE TABLE t (",
        "  a TEXT -- inside",
        ") ; /* between */ ;;",
        "CREATE INDEX i ON t(a); -- behind",
        "/* a block */",
        "CREATE INDEX j ON t(a)",
        "-- at the end",
      ].join("\n"),
    );
    expect(header).toEqual(["Title: what it is for.", "since: 2025-11-10"]);
    expect(statements.map(({ sql, comment }) => [sql, comment])).toEqual([
      ["CREATE TABLE t (\n  a TEXT -- inside\n)", ["First line.", "Second line."]],
      ["CREATE INDEX i ON t(a)", []],
      ["CREATE INDEX j ON t(a)", []],
    ]);
  });

  it.each(["", "\n", ";;", "-- only a comment", "/* block */ ;"])(
    "has no statements if it is only %j",
    (text) => {
      expect(read(text).statements).toEqual([]);
    },
  );
});

describe("invalid or unsupported SQL", () => {
  const afterConstraint = "after CONSTRAINT only PRIMARY KEY, UNIQUE and FOREIGN KEY are supported";
  const referenceWithDefault = "ADD COLUMN with REFERENCES cannot have a default";
  const onlyThree = "only CREATE TABLE, CREATE INDEX and ALTER TABLE … ADD COLUMN are supported, not ";

  it.each<[string, string]>([
    ["DROP TABLE t", `${onlyThree}DROP TABLE`],
    ["INSERT INTO t VALUES (1)", `${onlyThree}INSERT INTO`],
    ["UPDATE t SET a = 1", `${onlyThree}UPDATE t`],
    ["DELETE FROM t", `${onlyThree}DELETE FROM`],
    ["PRAGMA foreign_keys = OFF", `${onlyThree}PRAGMA foreign_keys`],
    ["BEGIN", `${onlyThree}BEGIN`],
    ["CREATE VIEW v AS SELECT 1", `${onlyThree}CREATE VIEW`],
    ["CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1", `${onlyThree}CREATE TRIGGER`],
    ["CREATE TEMP TABLE t (a TEXT)", `${onlyThree}CREATE TEMP`],
    ["CREATE VIRTUAL TABLE t USING fts5(a)", `${onlyThree}CREATE VIRTUAL`],
    ['"CREATE" TABLE t (a TEXT)', `${onlyThree}"CREATE" TABLE`],
    ["ALTER TABLE t RENAME TO u", '"ADD" is missing'],
    ["ALTER TABLE t RENAME COLUMN a TO b", '"ADD" is missing'],
    ["ALTER TABLE t DROP COLUMN a", '"ADD" is missing'],
    ["ALTER TABLE main.t ADD COLUMN a TEXT", '"ADD" is missing'],
    ["ALTER TABLE t ADD COLUMN", "a column name is missing"],
    ["CREATE TABLE", "a table name is missing"],
    ["CREATE TABLE 't' (a TEXT)", "a table name is missing"],
    ["CREATE TABLE t AS SELECT 1", '"(" is missing'],
    ["CREATE TABLE t ()", "a column name is missing"],
    ["CREATE TABLE t (a TEXT,)", "a column name is missing"],
    ["CREATE TABLE t (a TEXT", '")" is missing'],
    ["CREATE TABLE t (a VARCHAR(10", "the statement ends too early"],
    ["CREATE TABLE t (a TEXT DEFAULT (1 + (2))", '")" is missing'],
    ["CREATE TABLE t (a TEXT DEFAULT (1", "the statement ends too early"],
    ["CREATE TABLE t (a TEXT DEFAULT)", "a default value is missing"],
    ["CREATE TABLE t (a TEXT DEFAULT 1 + 2)", '")" is missing'],
    ["CREATE TABLE t (a TEXT, PRIMARY KEY (b))", '"b" is no column of this table'],
    ["CREATE TABLE t (a TEXT, UNIQUE (a, b))", '"b" is no column of this table'],
    ["CREATE TABLE t (a TEXT, FOREIGN KEY (b) REFERENCES o(x))", '"b" is no column of this table'],
    ["CREATE TABLE t (a TEXT, CONSTRAINT c b TEXT)", afterConstraint],
    ["CREATE TABLE t (CONSTRAINT c b TEXT)", afterConstraint],
    ["CREATE TABLE t (a INTEGER DEFAULT -)", "a number is missing after the sign"],
    ["CREATE TABLE t (a INTEGER DEFAULT +, b TEXT)", "a number is missing after the sign"],
    ["CREATE TABLE t (a TEXT DEFAULT -'1')", "a number is missing after the sign"],
    ["ALTER TABLE t ADD a INTEGER DEFAULT -", "the statement ends too early"],
    ["CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT PRIMARY KEY)", "there are two primary keys"],
    ["CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT, PRIMARY KEY (b))", "there are two primary keys"],
    ["CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (b), PRIMARY KEY (a))", "there are two primary keys"],
    ["CREATE TABLE t (a TEXT, b TEXT, a TEXT)", 'there are two columns "a"'],
    ['CREATE TABLE t (a TEXT, "A" TEXT)', 'there are two columns "A"'],
    ["CREATE TABLE t (a TEXT NULL)", '"NULL" is not supported here'],
    ["CREATE TABLE t (a TEXT, CHECK (a > 1))", '"CHECK" is not supported here'],
    ["ALTER TABLE t ADD COLUMN a TEXT CHECK (a > 1)", '"CHECK" is not supported here'],
    ["ALTER TABLE t ADD COLUMN CHECK (a > 1)", '"CHECK" is not supported here'],
    ["ALTER TABLE t ADD COLUMN a TEXT DEFAULT 1 REFERENCES o(x)", referenceWithDefault],
    ["ALTER TABLE t ADD COLUMN a TEXT REFERENCES o(x) DEFAULT ''", referenceWithDefault],
    ["CREATE TABLE t (a TEXT, UNIQUE (a), b TEXT)", "a column cannot follow a table constraint"],
    ["CREATE TABLE t (a TEXT) WITHOUT ROWID", '"WITHOUT" is not supported here'],
    ["CREATE TABLE t (a TEXT) STRICT", '"STRICT" is not supported here'],
    ["CREATE TABLE t (a TEXT) CREATE TABLE u (a TEXT)", '"CREATE" is not supported here'],
    [
      "CREATE TABLE t (a TEXT, FOREIGN KEY (a) REFERENCES o(x, y))",
      "a reference needs as many columns on both sides",
    ],
    ["CREATE TABLE t (a TEXT REFERENCES o)", '"(" is missing'],
    ["CREATE INDEX i ON t(a) WHERE a > 1", '"WHERE" is not supported here'],
    ["CREATE INDEX i ON t()", "a column name is missing"],
    ["CREATE INDEX i t(a)", '"ON" is missing'],
    ["ALTER TABLE t ADD COLUMN a TEXT PRIMARY KEY", "ADD COLUMN cannot be PRIMARY KEY or UNIQUE"],
    ["ALTER TABLE t ADD COLUMN a TEXT UNIQUE", "ADD COLUMN cannot be PRIMARY KEY or UNIQUE"],
    ["ALTER TABLE t ADD COLUMN a TEXT NOT NULL", "ADD COLUMN with NOT NULL needs a default"],
    ["ALTER TABLE t ADD COLUMN a TEXT NOT NULL DEFAULT NULL", "ADD COLUMN with NOT NULL needs a default"],
    ["ALTER TABLE t ADD COLUMN a DATETIME DEFAULT current_timestamp", "ADD COLUMN needs a constant default"],
    ["ALTER TABLE t ADD COLUMN a TEXT DEFAULT (random())", "ADD COLUMN needs a constant default"],
    ["CREATE TABLE t (a TEXT DEFAULT 'open)", '"\'open);" cannot be read'],
    ['CREATE TABLE t ("a TEXT)', '""a TEXT);" cannot be read'],
    ["CREATE TABLE t (a TEXT) ?", '"?;" cannot be read'],
  ])("is refused with file, line and reason: %s", (sql, what) => {
    // With a comment and a statement above it, a line counted from its own start would be wrong.
    const text = `-- x\nCREATE TABLE\n  ok (a TEXT);\n\n${sql};\n`;
    expect(() => read(text)).toThrow(SqlFileError);
    expect(() => read(text)).toThrow(new SqlFileError("sql/x.sql", 5, what));
  });

  it.each([
    "CREATE TABLE t (a TEXT CHECK (a > 1))",
    "CREATE TABLE t (a TEXT, CONSTRAINT c CHECK (a > 1))",
    "CREATE TABLE t (a TEXT COLLATE NOCASE)",
    "CREATE TABLE t (a TEXT, b TEXT GENERATED ALWAYS AS (a))",
    "CREATE TABLE t (a TEXT, b TEXT AS (a))",
    "CREATE TABLE t (a TEXT CONSTRAINT n NOT NULL)",
    "CREATE TABLE t (a TEXT UNIQUE ON CONFLICT IGNORE)",
    "CREATE TABLE t (a TEXT, FOREIGN KEY (a) REFERENCES o(x) ON DELETE CASCADE)",
    "CREATE TABLE t (a TEXT DEFAULT 0x1F)",
    "CREATE TABLE main.t (a TEXT)",
    "CREATE INDEX i ON t(lower(a))",
    "CREATE INDEX i ON t(a DESC COLLATE NOCASE)",
    "ALTER TABLE t ADD COLUMN a TEXT COLLATE NOCASE",
  ])("includes clauses that could not be verified: %s", (sql) => {
    expect(() => read(`\n\n${sql};`)).toThrow(/^sql\/x\.sql:3: /);
  });

  it("does not include an added foreign key with DEFAULT NULL, which SQLite accepts", () => {
    expect(only("ALTER TABLE t ADD COLUMN a TEXT DEFAULT NULL REFERENCES o(x)")).toMatchObject({
      column: { default: "NULL" },
      references: [{ column: "a", table: "o", to: "x" }],
    });
  });

  it.each([
    ["CREATE TABLE t (\n  a TEXT,\n  b TEXT,\n  A TEXT\n)", 4],
    ["CREATE TABLE t (\n  a TEXT PRIMARY KEY,\n  b TEXT,\n  PRIMARY KEY\n  (b)\n)", 5],
    ["CREATE TABLE t (\n  a TEXT,\n  UNIQUE (a),\n  b TEXT\n  DEFAULT 1\n)", 4],
    ["CREATE TABLE t (\n  a TEXT,\n  UNIQUE\n  (\n    b\n  )\n)", 4],
    ["CREATE TABLE t (\n  a TEXT,\n  FOREIGN KEY (a)\n  REFERENCES\n  o(x,\n  y)\n)", 5],
    ["CREATE TABLE t (\n  a INTEGER DEFAULT\n  -\n)", 3],
    ["ALTER TABLE t\nADD COLUMN\n  a TEXT\n  UNIQUE", 3],
    ["CREATE TABLE t (\n  a TEXT,\n  /* two\n  lines */ b TEXT COLLATE NOCASE\n)", 4],
    ["CREATE TABLE t (\n  a TEXT DEFAULT 'x\ny',\n  b TEXT DEFAULT '\n)", 4],
  ])("is refused with the line where the error starts: %j", (sql, line) => {
    expect(() => read(`${sql};`)).toThrow(new RegExp(`^sql/x\\.sql:${line}: `));
  });
});
