import { wrapAnsi } from "fast-wrap-ansi";
import { withOwnCommand } from "../lib/own-command.js";
import { programName } from "../lib/program-name.js";
import { redacted } from "../redaction/redacted.js";

/** A command in quotes: half of it would be a different command. */
const command = /"(?:npx|npm|node|wrangler|kv-manager-upgrade) [^"]*"/g;
/** Stands for a space where a line must not break. */
const glue = "\uE000";

/**
 * Breaks prose into lines that fit. Words longer than a line, commands in quotes and indented lines (a command to copy,
 * or a list item) are kept whole. Secrets are redacted, and commands take the user's own form, before anything is
 * measured.
 * @param text may contain line breaks
 * @param width columns
 */
export function wrap(text: string, width: number): string {
  return redacted(text).replace(/^(?! {2}).+$/gm, (line) => {
    const whole = withOwnCommand(line, programName).replace(command, (words) => words.replaceAll(" ", glue));
    return wrapAnsi(whole, width).replaceAll(glue, " ");
  });
}

/** Breaks redacted text into lines that always fit, within a word if there is no other way. */
export function wrapHard(text: string, width: number): string {
  return wrapAnsi(redacted(text), width, { hard: true });
}
