import { SqlFileError } from "./sql-objects.js";

/** A piece of SQL. `value` is a name without its quotes; `text` is as written. */
export interface Token {
  kind: "word" | "quoted" | "string" | "number" | "punctuation";
  text: string;
  value: string;
  /** Where it starts and ends (exclusive) in the text. */
  start: number;
  end: number;
  /** Its line, from 1. */
  line: number;
}

// In the order in which SQLite's own tokenizer tries them. The group names are the kinds of a token.
const pattern = new RegExp(
  [
    "(?<space>\\s+|--[^\\n]*|/\\*[\\s\\S]*?\\*/)",
    "(?<string>'(?:[^']|'')*')",
    '(?<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\\[[^\\]]*\\])',
    "(?<number>\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|\\.\\d+)",
    "(?<word>[a-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*)",
    "(?<punctuation>\\|\\||[-+*/%();,.<>=!])",
  ].join("|"),
  "iy",
);

/**
 * Splits SQL into tokens; comments and white space are left out.
 * @param file the SQL file's name, for errors
 * @throws {SqlFileError} for a character that starts no token, such as an unclosed quote
 */
export function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null)
      throw new SqlFileError(file, line, `"${text.slice(at, at + 12).split("\n")[0]}" cannot be read`);
    const [whole] = match;
    const kind = kinds.find((k) => match.groups?.[k] !== undefined);
    if (kind !== undefined)
      tokens.push({
        kind,
        text: whole,
        value: unquoted(kind, whole),
        start: at,
        end: at + whole.length,
        line,
      });
    at += whole.length;
    line += whole.split("\n").length - 1;
  }
  return tokens;
}

const kinds = ["string", "quoted", "number", "word", "punctuation"] as const;

function unquoted(kind: Token["kind"], text: string): string {
  if (kind !== "quoted") return text;
  const close = text.at(-1) ?? "";
  return text.slice(1, -1).replaceAll(close + close, close);
}

/**
 * Puts a statement on one line, for a command to be run by hand: cmd.exe cuts an argument at its first newline. Quoted
 * text is kept verbatim.
 */
export function oneLine(sql: string): string {
  const tokens = tokenize(sql, "sql");
  const spaced = (token: Token, before: Token | undefined) =>
    before !== undefined && before.end !== token.start && before.text !== "(" && token.text !== ")";
  return tokens.map((token, i) => (spaced(token, tokens[i - 1]) ? ` ${token.text}` : token.text)).join("");
}
