import { wrapAnsi } from "fast-wrap-ansi";

/**
 * Breaks prose into lines that fit; a word that is longer than a line stays whole, so that a command or path can
 * be copied.
 * @param text may have line breaks of its own; each of its lines keeps its indentation
 * @param width columns
 */
export function wrap(text: string, width: number): string {
  return text.replace(/^( *)(.*)$/gm, (_, indent: string, line: string) =>
    wrapAnsi(line, Math.max(1, width - indent.length)).replace(/^/gm, indent),
  );
}

/** Breaks text into lines that fit in any case, in the middle of a word where there is no other way. */
export function wrapHard(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: true });
}
