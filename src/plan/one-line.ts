import { SqlFileError } from "./sql-objects.js";
import { type Token, tokenize } from "./sql-tokens.js";

/**
 * Puts a statement on one line, for a command to be run by hand: cmd.exe cuts an argument at its first newline. Quoted
 * text is kept verbatim.
 */
export function oneLine(sql: string): string {
  const tokens = tokenize(sql, (line, what) => new SqlFileError("sql", line, what));
  const spaced = (token: Token, before: Token | undefined) =>
    before !== undefined && before.end !== token.start && before.text !== "(" && token.text !== ")";
  return tokens.map((token, i) => (spaced(token, tokens[i - 1]) ? ` ${token.text}` : token.text)).join("");
}
