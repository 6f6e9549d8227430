import { wrapAnsi } from "fast-wrap-ansi";

/**
 * Breaks prose into lines that fit. A word that is longer than a line stays whole, and so does an indented line:
 * it is a command to be copied, or an item of a list.
 * @param text may have line breaks of its own
 * @param width columns
 */
export function wrap(text: string, width: number): string {
  return text.replace(/^(?! {2}).+$/gm, (line) => wrapAnsi(line, width));
}

/** Breaks text into lines that fit in any case, in the middle of a word where there is no other way. */
export function wrapHard(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: true });
}
