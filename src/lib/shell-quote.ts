import { homeFolder, platform as ownPlatform } from "#host";

/**
 * Quotes a word of a printed command so that the shell takes it literally: single quotes on POSIX, double quotes on
 * Windows, where cmd supports no others. The home folder is written as `~` outside the quotes, since the screen hides
 * its name anyway and no shell expands a quoted `~`. What the two Windows shells expand inside double quotes is left
 * alone: `%NAME%` in cmd; `$name` and backtick escapes in PowerShell.
 */
export function shellQuote(word: string, home = homeFolder(), platform = ownPlatform): string {
  // PowerShell reads a comma as a list, and a leading @ as a variable.
  const plain = platform === "win32" ? /^[\w%+=:./\\-][\w@%+=:./\\-]*$/ : /^[\w@%+=:,./-]+$/;
  if (plain.test(word)) return word;
  // A trailing backslash would escape the closing quote.
  if (platform === "win32") return `"${word.replace(/\\+$/, "$&$&")}"`;
  // HOME may end with slashes.
  const folder = home.replace(/\/+$/, "");
  if (folder !== "" && word === folder) return "~";
  const below = folder !== "" && word.startsWith(`${folder}/`);
  const rest = below ? word.slice(folder.length + 1) : word;
  return `${below ? "~/" : ""}'${rest.replaceAll("'", `'\\''`)}'`;
}

/** A printed command: its words, quoted. */
export function commandLine(words: string[]): string {
  return words.map((word) => shellQuote(word)).join(" ");
}

/** The words of a flag; none without a value. */
export function flag(name: string, value: string | null): string[] {
  return value === null ? [] : [`--${name}`, value];
}
