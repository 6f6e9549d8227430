import stringWidth from "fast-string-width";

/** What most texts have nothing else than: printable ASCII. */
const plain = /^[ -~]*$/;

/**
 * The columns that a text takes in a terminal; what colours it takes none. cli-table3 counts with this too, and so
 * often that the short way for plain text is felt.
 * @param text one line
 */
export function textWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}
