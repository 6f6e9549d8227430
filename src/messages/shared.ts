/** What several subjects share: how counts and lists are written, and an advice. */

export const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Commands to copy, or the items of a list, one a line. */
export const indented = (lines: string[]) => lines.map((line) => `  ${line}`).join("\n");

/** What to do about a failure that this program cannot explain. */
export const runAgainOrReport =
  'Run this again; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".';
