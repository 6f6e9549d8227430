import {
  chmodSync,
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Problem } from "../problem.js";
import { backupExists, backupFailed, exportLacks, noFolderForBackup } from "../words/backup.js";
import type { Connection } from "./wrangler/arguments.js";
import type { Wrangler } from "./wrangler/wrangler.js";

/**
 * Makes sure that a backup may be written, before anything is contacted.
 * @param file absolute path
 * @throws {Problem} BACKUP_FAILED when the file exists (it is never overwritten) or its folder does not
 */
export function checkBackupFile(file: string): void {
  if (existsSync(file)) throw backupExists(basename(file));
  if (!existsSync(dirname(file))) throw noFolderForBackup(basename(file));
}

/**
 * Exports a database into a new file, which appears under its name only when it is whole.
 * @param file absolute path, see `checkBackupFile`
 * @throws {Problem} BACKUP_FAILED
 * @throws {Cancelled} when the user interrupts
 */
export async function backUp(
  wrangler: Pick<Wrangler, "export">,
  connection: Connection,
  file: string,
): Promise<void> {
  const stage = connection.persistTo === null ? null : stageFor(connection, connection.persistTo);
  let folder: string | null = null;
  try {
    // For its user alone from the first byte, whatever wrangler makes of the file; on the same disk for the link.
    folder = mkdtempSync(`${file}.partial-`);
    const partial = join(folder, basename(file));
    writeFileSync(partial, "", { flag: "wx", mode: 0o600 });
    await wrangler.export(stage?.connection ?? connection, partial);
    await checkExport(partial);
    chmodSync(partial, 0o600);
    giveName(partial, file);
  } catch (error) {
    if (!(error instanceof Error) || error.name === "Cancelled") throw error;
    throw error instanceof Problem && error.code === "BACKUP_FAILED" ? error : backupFailed(error);
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    if (stage !== null) removeStage(stage);
  }
}

/** Gives a whole file its name. Unlike a rename, this never replaces a file that has come to be in the meantime. */
function giveName(partial: string, file: string): void {
  try {
    linkSync(partial, file);
  } catch {
    if (existsSync(file)) throw backupExists(basename(file));
    // Not every disk has hard links.
    copyFileSync(partial, file, constants.COPYFILE_EXCL);
  }
}

/** Where wrangler exports a state that does not lie beside its config. */
interface Stage {
  folder: string;
  /** Below it, a link to the real state. */
  link: string;
  connection: Connection;
}

/** Removes a stage: the link first, since whatever is removed through it would be the database itself. */
function removeStage({ folder, link }: Stage): void {
  try {
    unlinkSync(link);
  } catch {
    // Looked at below.
  }
  // Rather a folder that is left in the temporary one than a state that is gone.
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  rmSync(folder, { recursive: true, force: true });
}

/**
 * wrangler's export ignores `--persist-to`. So it is given a config of its own, beside which the default state
 * folder is a link to the real one: what it then exports is the database itself and not a copy.
 */
function stageFor(connection: Connection, persistTo: string): Stage {
  const folder = mkdtempSync(join(tmpdir(), "kv-manager-export-"));
  const { binding, database, databaseId, previewDatabaseId } = connection.target;
  const entry = {
    binding,
    database_name: database ?? binding,
    ...(databaseId === null ? {} : { database_id: databaseId }),
    ...(previewDatabaseId === null ? {} : { preview_database_id: previewDatabaseId }),
  };
  const configPath = join(folder, "wrangler.json");
  writeFileSync(configPath, JSON.stringify({ name: "export", d1_databases: [entry] }));
  mkdirSync(join(folder, ".wrangler"));
  const link = join(folder, ".wrangler", "state");
  symlinkSync(persistTo, link, "junction");
  const target = { ...connection.target, configPath, env: null, wranglerName: binding };
  return { folder, link, connection: { ...connection, target, persistTo: null } };
}

/** An export is whole enough when it creates KV Manager's tables; read line by line, since it may be large. */
async function checkExport(file: string): Promise<void> {
  const wanted = new Set(["namespaces", "key_metadata", "bulk_jobs"]);
  if (existsSync(file))
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const name = /^\s*CREATE TABLE (?:IF NOT EXISTS )?["'`[]?(\w+)/i.exec(line)?.[1];
      if (name !== undefined) wanted.delete(name.toLowerCase());
    }
  if (wanted.size > 0) throw new Error(exportLacks([...wanted]));
}
