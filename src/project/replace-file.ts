import { chmodSync, chownSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/**
 * Gives a file another content, all of it or none: a full disk or a kill in the middle leaves the old one. Owner
 * and mode stay.
 * @param path an existing file; a link is followed
 * @throws {Error} of the file system when it may not be written
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
    // A file that is mounted by itself cannot be exchanged, nor can one in a folder that may not be written.
    if (!["EBUSY", "EXDEV", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    writeFileSync(real, text);
  }
}
