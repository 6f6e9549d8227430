import { visibleText } from "../lib/visible-text.js";

// Names and messages come from a database, a config or another program. In a report they stand only inside of code,
// where Markdown and HTML mean nothing, and mentions mention nobody.

/** A short foreign text inside of a line. */
export function code(text: string): string {
  const plain = visibleText(text).trim();
  if (plain === "") return "(empty)";
  const mark = marksFor(plain, 1);
  // A space keeps a mark at the text's end apart from the fence.
  const space = /^`|`$/.test(plain) ? " " : "";
  return `${mark}${space}${plain}${space}${mark}`;
}

/**
 * Foreign text of several lines as a block.
 * @param language for the highlighter; empty for none
 */
export function block(text: string, language = ""): string {
  const plain = text.split("\n").map(visibleText).join("\n");
  const mark = marksFor(plain, 3);
  return `${mark}${language}\n${plain}\n${mark}`;
}

/** More backticks in a row than the text has. */
function marksFor(text: string, least: number): string {
  const runs = [...text.matchAll(/`+/g)].map((run) => run[0].length);
  return "`".repeat(Math.max(least, ...runs.map((length) => length + 1)));
}

/** A table; its cells may hold `code`. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A list of facts, such as `- Node: 20.20.2`. Values may hold `code`. */
export function factList(facts: [string, string][]): string {
  return facts.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}
