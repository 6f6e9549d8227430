import { dirname } from "node:path";

/** A folder and all of its parents, from the inside out. */
export function folderAndParents(folder: string): string[] {
  const parent = dirname(folder);
  return [folder, ...(parent === folder ? [] : folderAndParents(parent))];
}
