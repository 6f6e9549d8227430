import { homeFolder, platform as ownPlatform } from "#host";

/**
 * A word of a printed command, so that the shell takes it as it is: single quotes on POSIX, double quotes on
 * Windows, where cmd knows no others. The home folder is written `~` outside the quotes, since the screen hides
 * its name anyway, and no shell takes a `~` inside quotes for it. What Windows' two shells read differently inside
 * double quotes stays: cmd replaces `%NAME%`, PowerShell `$name` and what follows a backtick.
 */
export function shellQuote(word: string, home = homeFolder(), platform = ownPlatform): string {
  // PowerShell takes a comma for a list, and an @ at the beginning for a variable.
  const plain = platform === "win32" ? /^[\w%+=:./\\-][\w@%+=:./\\-]*$/ : /^[\w@%+=:,./-]+$/;
  if (plain.test(word)) return word;
  // A backslash at the end would take the closing quote for its own.
  if (platform === "win32") return `"${word.replace(/\\+$/, "$&$&")}"`;
  // HOME may end with slashes.
  const folder = home.replace(/\/+$/, "");
  if (folder !== "" && word === folder) return "~";
  const below = folder !== "" && word.startsWith(`${folder}/`);
  const rest = below ? word.slice(folder.length + 1) : word;
  return `${below ? "~/" : ""}'${rest.replaceAll("'", `'\\''`)}'`;
}
