import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../project/connection.js";

/**
 * Lets wrangler export a database whose local state is not beside its config.
 * @param run called with the connection to export by; the same one if the state is beside the config
 */
export async function withExportStage(
  connection: Connection,
  run: (staged: Connection) => Promise<void>,
): Promise<void> {
  if (connection.persistTo === null) return await run(connection);
  const stage = stageFor(connection, connection.persistTo);
  try {
    await run(stage.connection);
  } finally {
    removeStage(stage);
  }
}

/** The folder in which wrangler exports a state that is not beside its config. */
interface Stage {
  folder: string;
  /** A link inside it to the real state. */
  link: string;
  connection: Connection;
}

/** Removes a stage: the link first, since deleting through it would delete the database itself. */
function removeStage({ folder, link }: Stage): void {
  try {
    unlinkSync(link);
  } catch {
    // Checked below.
  }
  // Better to leave a temporary folder behind than to lose the state.
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  rmSync(folder, { recursive: true, force: true });
}

/**
 * wrangler's export ignores `--persist-to`. So it gets its own config, beside which the default state folder is a link
 * to the real one: it then exports the database itself and not a copy.
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
