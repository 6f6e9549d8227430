import {
  chmodSync,
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  linkSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Problem } from "../lib/problem.js";
import { backupExists, backupFailed, exportLacks, noFolderForBackup } from "../messages/backup.js";
import type { Connection } from "../project/connection.js";
import type { D1Client } from "./client.js";

/**
 * Makes sure that a backup can be written, before anything is contacted.
 * @param file absolute path
 * @throws {Problem} BACKUP_FAILED when the file exists (it is never overwritten) or its folder does not
 */
export function checkBackupFile(file: string): void {
  if (existsSync(file)) throw backupExists(basename(file));
  if (!existsSync(dirname(file))) throw noFolderForBackup(basename(file));
}

/**
 * Exports a database into a new file, which gets its name only when it is complete.
 * @param file absolute path, see `checkBackupFile`
 * @throws {Problem} BACKUP_FAILED
 * @throws {Cancelled} when the user interrupts
 */
export async function backUp(
  client: Pick<D1Client, "export">,
  connection: Connection,
  file: string,
): Promise<void> {
  let folder: string | null = null;
  try {
    // Private to the user from the first byte, whatever mode wrangler gives the file; on the same disk for the link.
    folder = mkdtempSync(`${file}.partial-`);
    const partial = join(folder, basename(file));
    writeFileSync(partial, "", { flag: "wx", mode: 0o600 });
    await client.export(connection, partial);
    await checkExport(partial);
    chmodSync(partial, 0o600);
    giveName(partial, file);
  } catch (error) {
    if (!(error instanceof Error) || error.name === "Cancelled") throw error;
    throw error instanceof Problem && error.code === "BACKUP_FAILED" ? error : backupFailed(error);
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives a complete file its name. Unlike a rename, this never replaces a file created in the meantime. */
function giveName(partial: string, file: string): void {
  try {
    linkSync(partial, file);
  } catch {
    if (existsSync(file)) throw backupExists(basename(file));
    // Not every file system has hard links.
    copyFileSync(partial, file, constants.COPYFILE_EXCL);
  }
}

/** Accepts an export as complete if it creates KV Manager's tables. It is read line by line, since it may be large. */
async function checkExport(file: string): Promise<void> {
  const wanted = new Set(["namespaces", "key_metadata", "bulk_jobs"]);
  if (existsSync(file))
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const name = /^\s*CREATE TABLE (?:IF NOT EXISTS )?["'`[]?(\w+)/i.exec(line)?.[1];
      if (name !== undefined) wanted.delete(name.toLowerCase());
    }
  if (wanted.size > 0) throw new Error(exportLacks([...wanted]));
}
