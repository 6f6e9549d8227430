/** Marks that our texts and the prompts use, with their replacements if only ASCII can be shown. */
const marks: Record<string, string> = {
  ...{ "◆": "*", "◇": "o", "■": "x", "▲": "!", "●": ">", "○": " ", "◻": " ", "◼": "+", "█": "_" },
  ...{ "│": "|", "┌": "+", "└": "+", "├": "+", "─": "-", "╮": "+", "╯": "+", "╰": "+", "╭": "+" },
  ...{ "↑": "^", "↓": "v", "•": "-", "·": "-", "—": "-", "–": "-", "×": "x", "✓": "+", "✗": "x" },
  ...{ "…": ".", "‘": "'", "’": "'", "“": '"', "”": '"' },
};
const marked = new RegExp(`[${Object.keys(marks).join("")}]`, "gu");

/**
 * Converts a text for a terminal without Unicode. Each mark becomes one character, so that nothing shifts, except that
 * " …" becomes "..."; other characters are kept, since names from a database or a config must not change.
 */
export function toAscii(text: string): string {
  return text.replace(/ …/g, "...").replace(marked, (mark) => marks[mark] ?? "?");
}

/** Wraps a stream for libraries that draw on their own: what they write becomes ASCII. */
export function asciiStream<T extends NodeJS.WriteStream>(stream: T): T {
  return new Proxy(stream, {
    get(target, key) {
      if (key === "write")
        return (data: string, ...rest: []) =>
          target.write(typeof data === "string" ? toAscii(data) : data, ...rest);
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
