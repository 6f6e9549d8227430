import stringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { planUpgrade } from "../../src/plan/plan.js";
import { verificationTable } from "../../src/screen/parts.js";
import { makeStyle } from "../../src/screen/style.js";
import { table } from "../../src/screen/table.js";
import { catalogFor } from "../support/catalogs.js";
import { jobIndex, kvManager, laterColumns, userIndex } from "../support/snapshots.js";
import { titled } from "../support/titles.js";

const styleOf = (columns: number, unicode: boolean, color = false) =>
  makeStyle({ isTTY: true, columns }, { LANG: unicode ? "en_US.UTF-8" : "C", TERM: "xterm" }, color);

const head = ["Object", "Expected", "Found", "Result"];
const verification = [
  ["index idx_job_audit_events_job_id", "ON job_audit_events (job_id, timestamp DESC)", "nothing", "missing"],
  ["column bulk_jobs.percentage", "REAL DEFAULT 0", "REAL DEFAULT 0", "ok"],
];
const wide = [
  ["table 名前空間", "名前空間の表題".repeat(8), "キー", "ok"],
  ["table Überprüfung", "e\u0301".repeat(70), "", "ok (definition differs)"],
];
const endless = [["x".repeat(300), "y".repeat(200), "z".repeat(100), "w"]];

const lines = (text: string) => text.split("\n");
/**
 * Returns a table's sorted characters without its frame and breaks, to check that nothing was lost. Wrapping also
 * composes letters with their accents.
 */
const letters = (text: string) => [...text.normalize().replace(/[\s│|─\-+┌┬┐├┼┤└┴┘]/g, "")].sort().join("");

describe("a table", () => {
  const contents = {
    checks: verification,
    "wide characters": wide,
    "endless words": endless,
    nothing: [],
    "checks and wide characters": [...verification, ...wide],
  };
  const cases = [60, 61, 79, 80, 120, 200].flatMap((width) =>
    ["Unicode", "ASCII"].flatMap((symbols) =>
      (Object.keys(contents) as (keyof typeof contents)[]).map((name) => ({ width, symbols, name })),
    ),
  );
  it.each(titled(cases, ({ width, symbols, name }) => `of ${name} fits into ${width} columns in ${symbols}`))(
    "%s without losing text",
    (_, { width, symbols, name }) => {
      const text = table(head, contents[name], styleOf(width, symbols === "Unicode"));
      const widths = new Set(lines(text).map((line) => stringWidth(line)));
      expect(widths.size).toBe(1);
      expect(Math.max(...widths)).toBeLessThanOrEqual(width);
      expect(letters(text)).toBe(letters([head, ...contents[name]].flat().join("")));
    },
  );

  it("is as narrow as its cells allow", () => {
    expect(lines(table(["A", "B"], [["1", "two\nlines"]], styleOf(80, true)))).toEqual([
      "┌───┬───────┐",
      "│ A │ B     │",
      "├───┼───────┤",
      "│ 1 │ two   │",
      "│   │ lines │",
      "└───┴───────┘",
    ]);
    expect(lines(table(["A", "B"], [["1", "two"]], styleOf(80, false)))).toEqual([
      "+---+-----+",
      "| A | B   |",
      "+---+-----+",
      "| 1 | two |",
      "+---+-----+",
    ]);
  });

  it("breaks between words where possible", () => {
    const sentence = "each of these words is short enough to be kept whole in a line of this table";
    const text = table(["A", "B"], [["column", sentence]], styleOf(60, false));
    const cells = lines(text).map((line) => line.split("|")[2]?.trim());
    expect(cells.filter(Boolean).join(" ")).toBe(`B ${sentence}`);
  });

  it("uses only ASCII when the terminal does not support Unicode", () => {
    expect(table(head, [...verification, ...verification], styleOf(80, false))).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it("colors each line of a cell after measuring it", () => {
    const paint = (cell: string, column: number) => (column === 1 ? `<${cell}>` : cell);
    const long = "one two three four five six seven eight nine ten eleven twelve thirteen";
    const plain = lines(table(["A", "B"], [["1", long]], styleOf(60, false)));
    const colored = lines(
      table(["A", "B"], [["1", long]], styleOf(60, false, true), (cell, column) =>
        column === 1 ? styleOf(60, false, true).good(cell) : cell,
      ),
    );
    expect(colored.map((line) => line.replace(/\x1b\[\d+m/g, ""))).toEqual(plain);
    expect(colored.filter((line) => line.includes("\x1b[32m"))).toHaveLength(2);
    expect(table(["A", "B"], [["1", "two"]], styleOf(20, false), paint)).toBe("1\n  B: <two>");
  });
});

describe("a table below 60 columns becomes a list", () => {
  it.each([20, 40, 59])("at %d", (width) => {
    const rows = [
      ["001 a", "applied", ""],
      ["002 名", "partial", "x"],
    ];
    expect(lines(table(["Migration", "Status", "Missing"], rows, styleOf(width, true)))).toEqual([
      "001 a",
      "  Status: applied",
      "002 名",
      "  Status: partial",
      "  Missing: x",
    ]);
  });
});

describe("the verification table on a narrow terminal", () => {
  const { checks } = planUpgrade(kvManager([...laterColumns], [jobIndex, userIndex]), catalogFor("1"));
  const found = checks.map((check) => ({ ...check, actual: check.ok ? check.actual : null }));

  it.each([20, 40, 59])("is never wider than %d columns and loses no text", (width) => {
    const text = verificationTable(found, styleOf(width, true));
    expect(Math.max(...lines(text).map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
    const cells = found.map((c) => `${c.object}Expected:${c.expected}Found:${c.actual}Result:✓ ok`);
    expect(letters(text)).toBe(letters(cells.join("")));
  });

  it("indents continuation lines", () => {
    expect(lines(verificationTable(found.slice(1, 2), styleOf(40, false)))).toEqual([
      "index idx_job_audit_events_job_id",
      "  Expected:",
      "    ON job_audit_events (job_id,",
      "    timestamp DESC)",
      "  Found:",
      "    ON job_audit_events (job_id,",
      "    timestamp DESC)",
      "  Result: ok",
    ]);
    for (const line of lines(verificationTable(found, styleOf(20, false))).filter((l) => l.startsWith(" ")))
      expect(line).toMatch(/^( {2}(Expected|Found|Result):| {4}\S)/);
  });

  it("starts a new line for each line of a cell", () => {
    const text = table(["A", "Missing"], [["002 x", "column a.b\ncolumn a.c"]], styleOf(40, true));
    expect(lines(text)).toEqual(["002 x", "  Missing:", "    column a.b", "    column a.c"]);
  });
});
