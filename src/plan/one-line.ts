import { SqlFileError } from "./sql-objects.js";
import { type Token, tokenize } from "./sql-tokens.js";

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
