/**
 * A small, strict parser for the three kinds of statement that the files in sql/ may contain: CREATE TABLE, CREATE
 * INDEX, ALTER TABLE … ADD COLUMN. Strict on purpose: what it does not fully understand could not be detected, planned
 * or verified. That is an error with file and line, not a guess.
 */
import type { Statement } from "./sql-objects.js";
import { readStatement } from "./sql-statement.js";
import { tokenize } from "./sql-tokens.js";

/**
 * Reads all statements of one SQL file.
 * @param file its name, for errors
 * @returns the statements in order, and the comment lines at the top of the file
 * @throws {SqlFileError} for anything but the three statement kinds
 */
export function readSqlFile(text: string, file: string): { header: string[]; statements: Statement[] } {
  const tokens = tokenize(text, file);
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
      provides: readStatement(own, text, file),
    });
  }
  return { header: headerOf(text), statements };
}

/** The comment lines at the top of a file, up to the first other line. */
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
