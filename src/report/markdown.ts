import { visibleText } from "../lib/visible-text.js";

// Names and messages come from a database, a config or another program. A report shows them only as code, where
// Markdown, HTML and mentions have no effect.

/** Formats a short external text within a line. */
export function code(text: string): string {
  const plain = visibleText(text).trim();
  if (plain === "") return "(empty)";
  const mark = marksFor(plain, 1);
  // A space separates a backtick at either end of the text from the fence.
  const space = /^`|`$/.test(plain) ? " " : "";
  return `${mark}${space}${plain}${space}${mark}`;
}

/**
 * Formats an external text of several lines as a block.
 * @param language the language to highlight; empty for none
 */
export function block(text: string, language = ""): string {
  const plain = text.split("\n").map(visibleText).join("\n");
  const mark = marksFor(plain, 3);
  return `${mark}${language}\n${plain}\n${mark}`;
}

/** Returns more backticks in a row than the text has. */
function marksFor(text: string, least: number): string {
  const runs = [...text.matchAll(/`+/g)].map((run) => run[0].length);
  return "`".repeat(Math.max(least, ...runs.map((length) => length + 1)));
}

/** Formats a table; its cells may contain `code`. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Formats a list of facts, such as `- Node: 20.20.2`. Values may contain `code`. */
export function factList(facts: [string, string][]): string {
  return facts.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}
