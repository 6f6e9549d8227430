/**
 * The user's current folder, absolute. Null when it was deleted or recreated under the same name: it then has no path,
 * and no relative path can be resolved against it.
 */
export function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
