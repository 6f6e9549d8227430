import { wrapAnsi } from "fast-wrap-ansi";
import { textWidth } from "./text-width.js";

/** A line that is to be copied into a shell. */
const command = /^ *(?:npx|npm|pnpm|yarn|bun|bunx|node|docker|wrangler|kv-manager-upgrade) /;

/**
 * Breaks the lines that are wider than a terminal; all others stay as they are. A command is continued in the
 * next line the way its shell knows, so that copying it still gives one command; Windows has no way that all of
 * its shells know, so there the terminal breaks it.
 * @param text lines, with colours or without
 * @param columns the terminal's width
 */
export function fitted(text: string, columns: number, platform: NodeJS.Platform = process.platform): string {
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

/** Between words only: a word that is too long by itself stays whole, since it would be another one in two. */
function continued(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines = [indent];
  // Within single quotes nothing is continued; within double ones stands SQL, where more white space is no matter but
  // in a name, which has brackets.
  for (const word of line.trim().match(/(?:[^\s'[]|'[^']*'|\[[^\]]*\]|\[)+/g) ?? []) {
    const last = lines.at(-1) ?? "";
    const longer = last.trim() === "" ? last + word : `${last} ${word}`;
    if (last.trim() === "" || textWidth(longer) + 2 <= columns) lines[lines.length - 1] = longer;
    else lines.push(`${indent}  ${word}`);
  }
  return lines.join(" \\\n");
}
