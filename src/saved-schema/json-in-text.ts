/** Deeper than any expected document; anything deeper is malicious. */
const deepest = 64;
/** At most this many passes over a text are spent on openings that turn out not to be JSON. */
const patience = 16;
/** Colors and the like. Simple on purpose, so that no crafted text can slow it down. */
const controlSequence = /\x1b\[[0-?]*[ -/]*[@-~]/g;

/**
 * Finds all JSON documents in a text with anything around them: banners, Markdown, an email's quote marks. A document
 * starts on its own line. Line breaks that a terminal put into its strings are removed.
 *
 * Bounded: even a text of nothing but opening brackets costs a fixed number of passes.
 * @returns the parsed values in the order of the text
 */
export function jsonIn(text: string): unknown[] {
  const plain = text
    .replace(controlSequence, "")
    .replace(/\r\n?/g, "\n")
    .replace(/^[ \t]*(?:>[ \t]?)+/gm, "");
  const found: unknown[] = [];
  const start = /^[ \t]*(?=[[{])/gm;
  for (let left = patience * plain.length; left > 0; ) {
    const match = start.exec(plain);
    if (match === null) break;
    const from = match.index + match[0].length;
    const end = endOf(plain, from);
    const value = end === null ? undefined : parsed(plain.slice(from, end));
    if (value === undefined || end === null) {
      left -= (end ?? plain.length) - from;
      start.lastIndex = from + 1;
    } else {
      found.push(value);
      start.lastIndex = end;
    }
  }
  return found;
}

/** Returns where the bracket that opens at `from` is closed (exclusive); null if it is not, or is too deep. */
function endOf(text: string, from: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") {
        // A terminal may have broken the line here.
        do at++;
        while (text[at] === "\n");
      } else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "[" || char === "{") {
      if (++depth > deepest) return null;
    } else if ((char === "]" || char === "}") && --depth === 0) return at + 1;
  }
  return null;
}

/** Returns undefined if the text is not JSON. */
function parsed(text: string): unknown {
  for (const candidate of [text, text.replaceAll("\n", "")]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // Not JSON; the caller tries the next opening.
    }
  }
  return undefined;
}
