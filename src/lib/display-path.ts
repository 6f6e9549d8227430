import { relative } from "node:path";

/**
 * A path as it is shown to people and works where they are: relative below that folder, else whichever way is
 * shorter.
 * @param path absolute
 * @param from the folder that the user is in; null where it does not exist any more
 */
export function displayPath(path: string, from: string | null): string {
  if (from === null) return path;
  const way = relative(from, path) || ".";
  return way.startsWith("..") && path.length < way.length ? path : way;
}
