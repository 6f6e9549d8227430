import stringWidth from "fast-string-width";

/** Printable ASCII, which is all that most texts contain. */
const plain = /^[ -~]*$/;

/**
 * Returns the columns that a text takes in a terminal; color codes take none. cli-table3 uses this too, so often that
 * the fast path for plain text is noticeable.
 * @param text one line
 */
export function textWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}
