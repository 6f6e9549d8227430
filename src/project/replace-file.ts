import { chmodSync, chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/**
 * Replaces a file's contents atomically: a full disk or a kill midway leaves the old ones. Its mode is kept; its owner
 * too when run as root. A file that cannot be replaced by renaming is overwritten in place instead.
 * @param path an existing file; a link is followed
 * @throws {Error} from the file system when it may not be written
 */
export function replaceFile(path: string, text: string): void {
  const real = realpathSync(path);
  const { mode, uid, gid } = statSync(real);
  const beside = `${real}.${process.pid}.new`;
  try {
    writeFileSync(beside, text, { flag: "wx" });
    chmodSync(beside, mode);
    if (process.getuid?.() === 0) chownSync(beside, uid, gid);
    renameSync(beside, real);
  } catch (error) {
    rmSync(beside, { force: true });
    // A file that is itself a mount cannot be replaced, nor can one in a folder without write permission.
    if (!["EBUSY", "EXDEV", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    writeFileSync(real, text);
  }
}
