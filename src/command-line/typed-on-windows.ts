import { swallowedQuote } from "../messages/usage.js";

/**
 * Returns a path from the Windows command line in the form that every program accepts: without the prefix of an
 * extended-length path, which a file dialog or another program may have added and which Node resolves for some calls
 * only.
 * @param flag the flag that it is the value of, with its dashes
 * @returns the same path on other systems
 * @throws {Problem} USAGE if it contains a quotation mark. No path has one: a backslash before the closing quotation
 *   mark escaped it, and the path swallowed the rest of the command line
 * Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file and the rules of `CommandLineToArgvW`
 */
export function windowsPath(
  path: string,
  flag: string,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform !== "win32") return path;
  const quote = path.indexOf('"');
  if (quote >= 0) throw swallowedQuote(flag, path.slice(0, quote));
  return path.replace(/^[\\/]{2}[?.][\\/]UNC[\\/]/i, "\\\\").replace(/^[\\/]{2}[?.][\\/](?=[a-z]:)/i, "");
}
