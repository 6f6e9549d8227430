import { relative } from "node:path";

/**
 * A path to show to people that also works from their current folder: relative below that folder, otherwise whichever
 * form is shorter.
 * @param path absolute
 * @param from the user's current folder; null if it no longer exists
 */
export function displayPath(path: string, from: string | null): string {
  if (from === null) return path;
  const way = relative(from, path) || ".";
  return way.startsWith("..") && path.length < way.length ? path : way;
}
