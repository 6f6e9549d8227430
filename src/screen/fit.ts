import { wrapAnsi } from "fast-wrap-ansi";
import { textWidth } from "./text-width.js";

/** A line to be copied into a shell. */
const command = /^ *(?:npx|npm|pnpm|yarn|bun|bunx|node|docker|wrangler|kv-manager-upgrade) /;

/**
 * Breaks lines that are wider than the terminal; all others are kept. A command gets its shell's line continuation, so
 * that the copy is still one command. Windows shells share no continuation character, so there the terminal breaks it.
 * @param text lines, with or without colors
 * @param columns the terminal's width
 */
export function fitToWidth(
  text: string,
  columns: number,
  platform: NodeJS.Platform = process.platform,
): string {
  return text
    .split("\n")
    .map((line) => {
      if (textWidth(line) <= columns) return line;
      if (command.test(line)) return platform === "win32" ? line : continued(line, columns);
      const indent = /^ */.exec(line)?.[0] ?? "";
      const rest = wrapAnsi(line.slice(indent.length), columns - indent.length, { hard: true });
      return indent + rest.replaceAll("\n", `\n${indent}`);
    })
    .join("\n");
}

/** Breaks a command only between words: splitting a word that is too long would change it. */
function continued(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines = [indent];
  // Single-quoted text is never broken; double quotes contain SQL, where extra white space matters only in a name in
  // brackets.
  for (const word of line.trim().match(/(?:[^\s'[]|'[^']*'|\[[^\]]*\]|\[)+/g) ?? []) {
    const last = lines.at(-1) ?? "";
    const longer = last.trim() === "" ? last + word : `${last} ${word}`;
    if (last.trim() === "" || textWidth(longer) + 2 <= columns) lines[lines.length - 1] = longer;
    else lines.push(`${indent}  ${word}`);
  }
  return lines.join(" \\\n");
}
