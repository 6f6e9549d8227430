import { relative } from "node:path";

/**
 * A path as it is shown to people and works where they are: relative below that folder, else whichever way is
 * shorter.
 * @param path absolute
 * @param from the folder that the user is in
 */
export function shownPath(path: string, from: string): string {
  const way = relative(from, path) || ".";
  return way.startsWith("..") && path.length < way.length ? path : way;
}
