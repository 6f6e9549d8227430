import { wrapAnsi } from "fast-wrap-ansi";
import { withOwnCommand } from "../lib/own-command.js";
import { self } from "../lib/self.js";
import { redacted } from "../redaction/redacted.js";

/** A command in quotes: half of it would be another one. */
const command = /"(?:npx|npm|node|wrangler|kv-manager-upgrade) [^"]*"/g;
/** Stands for a space that is no place to break a line at. */
const glue = "\uE000";

/**
 * Breaks prose into lines that fit. A word that is longer than a line stays whole, and so does an indented line:
 * it is a command to be copied, or an item of a list. So do commands in quotes. Everything has the length that it is
 * shown in, and secrets are gone before they could be broken in two.
 * @param text may have line breaks of its own
 * @param width columns
 */
export function wrap(text: string, width: number): string {
  return redacted(text).replace(/^(?! {2}).+$/gm, (line) => {
    const whole = withOwnCommand(line, self).replace(command, (words) => words.replaceAll(" ", glue));
    return wrapAnsi(whole, width).replaceAll(glue, " ");
  });
}

/** Breaks text without its secrets into lines that fit in any case, in the middle of a word where there is no other way. */
export function wrapHard(text: string, width: number): string {
  return wrapAnsi(redacted(text), width, { hard: true });
}
