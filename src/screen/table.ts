import Table from "cli-table3";
import { redacted } from "../redaction/redacted.js";
import type { Style } from "./style.js";
import { textWidth } from "./text-width.js";
import { wrapHard } from "./wrap.js";

/** Columns below which a table becomes unreadable, so that each row becomes a short list. */
const narrow = 60;

/**
 * Lays out a table that is never wider than the terminal; on a narrow one, a list.
 * @param head the column titles
 * @param cells the cells of each row, without color; secrets are redacted before anything is measured or broken
 * @param paint colors one line of a cell, by its column and row; called after the text was measured
 * @param between the separator between two rows of a list
 * @returns lines joined with newlines
 */
export function table(
  head: string[],
  cells: string[][],
  style: Style,
  paint: (line: string, column: number, row: number) => string = (line) => line,
  between = "\n",
): string {
  const rows = cells.map((row) => row.map(redacted));
  if (style.width < narrow)
    return rows
      .map((row, r) => listed(head, row, style.width, (line, column) => paint(line, column, r)))
      .join(between);
  const widths = columnWidths([head, ...rows], style.width);
  // Wrapped here and not by cli-table3, which would break words that could move to the next line.
  const cell = (text: string, column: number, row: number) =>
    wrapHard(text, (widths[column] ?? 3) - 2)
      .split("\n")
      .map((line) => paint(line, column, row))
      .join("\n");
  const text = new Table({
    head: head.map(style.bold),
    colWidths: widths,
    style: { head: [], border: [] },
    ...(style.unicode ? {} : { chars: ascii }),
  });
  text.push(...rows.map((row, r) => row.map((text, column) => cell(text, column, r))));
  return text.toString();
}

/** A row as a list: its first cell, and below it the others with the titles of their columns. */
function listed(
  head: string[],
  [first = "", ...rest]: string[],
  width: number,
  paint: (line: string, column: number) => string,
): string {
  const block = (text: string, column: number, indent: string) =>
    text
      .split("\n")
      .flatMap((line) => wrapHard(line, width - indent.length).split("\n"))
      .map((line) => `${indent}${paint(line, column)}`);
  const item = (cell: string, column: number): string[] => {
    if (cell === "") return [];
    const label = `  ${head[column]}:`;
    const fits = !cell.includes("\n") && textWidth(`${label} ${cell}`) <= width;
    return fits ? [`${label} ${paint(cell, column)}`] : [label, ...block(cell, column, "    ")];
  };
  return [...block(first, 0, ""), ...rest.flatMap((cell, i) => item(cell, i + 1))].join("\n");
}

/**
 * Natural widths (with a space on each side); any excess is taken from the widest column that has room beyond its
 * longest word, and only then from words.
 */
function columnWidths(rows: string[][], width: number): number[] {
  const columns = (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? ""));
  const widest = (texts: string[]) => Math.max(...texts.map((text) => textWidth(text))) + 2;
  const widths = columns.map((cells) => widest(cells.flatMap((cell) => cell.split("\n"))));
  const words = columns.map((cells) => widest(cells.flatMap((cell) => cell.split(/\s/))));
  const room = width - widths.length - 1;
  while (widths.reduce((sum, w) => sum + w, 0) > room) {
    const spare = widths.map((w, i) => (w > (words[i] ?? 0) ? w : 0));
    const largest = Math.max(...spare) > 0 ? spare : widths;
    const at = largest.indexOf(Math.max(...largest));
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

const ascii = Object.fromEntries(
  ["top", "bottom", "mid"].flatMap((line) => [
    [line, "-"],
    ...["mid", "left", "right"].map((corner) => [`${line}-${corner}`, "+"]),
  ]),
);
Object.assign(ascii, {
  left: "|",
  right: "|",
  middle: "|",
  "left-mid": "+",
  "right-mid": "+",
  "mid-mid": "+",
});
