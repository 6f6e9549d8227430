/** Marks that our texts and the prompts use, with what stands for them where only ASCII can be shown. */
const marks: Record<string, string> = {
  ...{ "◆": "*", "◇": "o", "■": "x", "▲": "!", "●": ">", "○": " ", "◻": " ", "◼": "+", "█": "_" },
  ...{ "│": "|", "┌": "+", "└": "+", "├": "+", "─": "-", "╮": "+", "╯": "+", "╰": "+", "╭": "+" },
  ...{ "↑": "^", "↓": "v", "•": "-", "·": "-", "—": "-", "–": "-", "×": "x", "✓": "+", "✗": "x" },
  ...{ "…": ".", "‘": "'", "’": "'", "“": '"', "”": '"' },
};
const marked = new RegExp(`[${Object.keys(marks).join("")}]`, "gu");

/**
 * A text for a terminal without Unicode. Each mark becomes one character, so that nothing moves; names from a
 * database or a config stay as they are, since they would be other names otherwise.
 */
export function toAscii(text: string): string {
  return text.replace(/ …/g, "...").replace(marked, (mark) => marks[mark] ?? "?");
}

/** The same stream for libraries that draw by themselves: what they write becomes ASCII. */
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
