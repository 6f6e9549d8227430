import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../project/connection.js";
import { standardBinding } from "../../project/standard-names.js";

/**
 * Lets wrangler work on a database that no config binds, using a temporary config made just for that. Wrangler still
 * runs in the user's folder, which has the `.env` and the record of the account.
 * @param run called with the connection for wrangler's arguments; the same one if a config binds the database
 */
export async function withOwnConfig<T>(
  connection: Connection,
  run: (bound: Connection) => Promise<T>,
): Promise<T> {
  const { target } = connection;
  if (!target.unbound) return await run(connection);
  const folder = mkdtempSync(join(tmpdir(), "kv-manager-upgrade-"));
  try {
    const configPath = join(folder, "wrangler.json");
    const bound = {
      binding: standardBinding,
      database_name: target.database,
      database_id: target.databaseId,
    };
    const account = target.accountId === null ? {} : { account_id: target.accountId };
    writeFileSync(configPath, JSON.stringify({ name: "kv-manager", ...account, d1_databases: [bound] }));
    return await run({
      ...connection,
      target: { ...target, configPath, env: null, wranglerName: standardBinding },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
