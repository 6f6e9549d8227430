/**
 * The folder that the user is in, absolute; null when it was deleted, or made anew under the same name: then it has no
 * path, and none counts from there.
 */
export function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
