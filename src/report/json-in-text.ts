/** Deeper than any document that is looked for; what is deeper is somebody's trick. */
const deepest = 64;
/** How often at most a text is read through for beginnings that turn out to be none. */
const patience = 16;
/** Colours and the like. Simple on purpose: it takes no longer on a text that is made to slow it down. */
const controlSequence = /\x1b\[[0-?]*[ -/]*[@-~]/g;

/**
 * All JSON documents in a text with anything around them: banners, Markdown, an e-mail's quotation marks. A document
 * begins on a line of its own. Line breaks that a terminal put into its strings are taken out.
 *
 * Bounded: a text that is nothing but open brackets costs a fixed number of passes.
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

/** Where the bracket that opens at `from` is closed (exclusive); null when it is not, or too deep. */
function endOf(text: string, from: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") {
        // A terminal may have broken the line just here.
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

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  for (const candidate of [text, text.replaceAll("\n", "")]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // Not like this; the caller tries the next beginning.
    }
  }
  return undefined;
}
