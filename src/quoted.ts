import { homedir } from "node:os";

/**
 * A word of a printed command, so that the shell takes it as it is: single quotes on POSIX, double quotes on
 * Windows, where cmd knows no others. The home folder is written `~` outside the quotes, since the screen hides
 * its name anyway.
 */
export function quoted(word: string, home = homedir(), platform: NodeJS.Platform = process.platform): string {
  const plain = platform === "win32" ? /^[\w@%+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/;
  if (plain.test(word)) return word;
  // A backslash at the end would take the closing quote for its own.
  if (platform === "win32") return `"${word.replace(/\\+$/, "$&$&")}"`;
  if (word === home) return "~";
  const below = home.length > 1 && word.startsWith(`${home}/`);
  const rest = below ? word.slice(home.length + 1) : word;
  return `${below ? "~/" : ""}'${rest.replaceAll("'", `'\\''`)}'`;
}
