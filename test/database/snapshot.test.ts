import { describe, expect, it } from "vitest";
import { decodeSnapshot, inspectionVersion, ShapeError } from "../../src/database/snapshot.js";

/** An inspection's answer with one object of every kind. */
const answer = () => ({
  inspection: inspectionVersion,
  objects: [
    { kind: "table", name: "jobs", table: "jobs" },
    { kind: "index", name: "by_status", table: "jobs" },
    { kind: "view", name: "open_jobs", table: "open_jobs" },
    { kind: "virtual", name: "search", table: "search" },
    { kind: "trigger", name: "log_jobs", table: "jobs" },
  ],
  tables: [
    {
      name: "jobs",
      withoutRowid: 0,
      strict: 1,
      columns: [
        { name: "id", type: "INTEGER", notNull: 1, default: null, primaryKey: 1, hidden: 0 },
        { name: "share", type: "REAL", notNull: 0, default: "0", primaryKey: 0, hidden: 2 },
      ],
      references: [
        { column: "id", table: "other", to: "key" },
        { column: "share", table: "other", to: null },
      ],
      indexes: [
        {
          ...{ name: "by_status", unique: 0, origin: "c", partial: 1 },
          columns: [
            { name: "id", descending: 1 },
            { name: null, descending: 0 },
          ],
        },
        { name: "sqlite_autoindex_jobs_1", unique: 1, origin: "u", partial: 0, columns: [] },
      ],
    },
  ],
});

describe("a valid answer", () => {
  it("becomes a snapshot", () => {
    expect(decodeSnapshot(JSON.parse(JSON.stringify(answer())))).toEqual({
      tables: [
        {
          name: "jobs",
          strict: true,
          withoutRowid: false,
          columns: [
            { name: "id", type: "INTEGER", notNull: true, default: null, primaryKey: 1, generated: false },
            { name: "share", type: "REAL", notNull: false, default: "0", primaryKey: 0, generated: true },
          ],
          references: [
            { column: "id", table: "other", to: "key" },
            { column: "share", table: "other", to: null },
          ],
        },
      ],
      indexes: [
        {
          ...{ name: "by_status", table: "jobs", unique: false, partial: true, implied: false },
          columns: [
            { name: "id", descending: true },
            { name: null, descending: false },
          ],
        },
        {
          ...{ name: "sqlite_autoindex_jobs_1", table: "jobs", unique: true, partial: false, implied: true },
          columns: [],
        },
      ],
      others: [
        { kind: "view", name: "open_jobs" },
        { kind: "virtual", name: "search" },
      ],
      triggers: [{ name: "log_jobs", table: "jobs" }],
    });
  });

  it("may be empty", () => {
    expect(decodeSnapshot({ inspection: inspectionVersion, objects: [], tables: [] })).toEqual({
      tables: [],
      indexes: [],
      others: [],
      triggers: [],
    });
  });
});

/** The answer with the part at a path (`tables.0.name`) replaced; undefined removes it. */
function spoilt(path: string, value: unknown): unknown {
  const whole: unknown = JSON.parse(JSON.stringify(answer()));
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const owner = keys.reduce((part, key) => (part as Record<string, unknown>)[key], whole);
  (owner as Record<string, unknown>)[last] = value;
  return JSON.parse(JSON.stringify(whole));
}

describe("a malformed answer", () => {
  it.each<[string, string, unknown]>([
    ["null", "the inspection is not an object", null],
    ["a string", "the inspection is not an object", "{}"],
    ["a number", "the inspection is not an object", 7],
    ["a list", "the inspection is not of version 1", []],
    ["an empty object", "the inspection is not of version 1", {}],
    ["of another version", "the inspection is not of version 1", { ...answer(), inspection: 2 }],
    ["of a version that is a string", "the inspection is not of version 1", { ...answer(), inspection: "1" }],
  ])("that is %s is rejected: %s", (_, message, value) => {
    expect(() => decodeSnapshot(value)).toThrow(ShapeError);
    expect(() => decodeSnapshot(value)).toThrow(message);
  });

  const list = ["objects", "tables", "tables.0.columns", "tables.0.references", "tables.0.indexes"];
  const text = [
    ...["objects.0.kind", "objects.0.name", "objects.4.table", "tables.0.name"],
    ...["tables.0.columns.0.name", "tables.0.columns.0.type"],
    ...["tables.0.references.0.column", "tables.0.references.0.table"],
    ...["tables.0.indexes.0.name", "tables.0.indexes.0.origin"],
  ];
  const textOrNull = [
    "tables.0.columns.1.default",
    "tables.0.references.0.to",
    "tables.0.indexes.0.columns.0.name",
  ];
  const number = ["tables.0.columns.0.primaryKey", "tables.0.columns.0.hidden"];
  const flag = [
    ...["tables.0.strict", "tables.0.withoutRowid", "tables.0.columns.0.notNull"],
    ...["tables.0.indexes.0.unique", "tables.0.indexes.0.partial", "tables.0.indexes.0.columns.0.descending"],
  ];
  const rows = (paths: string[], values: unknown[], expected: string) =>
    paths.flatMap((path) => values.map((value) => [path, value, expected] as const));

  it.each([
    ...rows([...list, "tables.0.indexes.0.columns"], [undefined, null, {}, "x", 1], "a list"),
    ...rows(text, [undefined, null, 1, [], {}], "a text"),
    ...rows(textOrNull, [undefined, 1, false], "a text"),
    ...rows(number, [undefined, null, "1", true], "a number"),
    ...rows(flag, [undefined, null, "1", true], "a number"),
    ...rows(flag, [2, -1, 0.5], "0 or 1"),
    ...rows(
      ["objects.0", "tables.0", "tables.0.columns.0", "tables.0.indexes.0"],
      [null, 1, "x"],
      "an object",
    ),
  ])("is rejected if %s is %j, not %s", (path, value, expected) => {
    const where = `the inspection.${path.replace(/\.(\d+)/g, "[$1]")}`;
    const malformed = spoilt(path, value);
    expect(() => decodeSnapshot(malformed)).toThrow(ShapeError);
    expect(() => decodeSnapshot(malformed)).toThrow(`${where} is not ${expected}`);
  });
});
