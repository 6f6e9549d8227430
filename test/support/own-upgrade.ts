import { ownUpgrade } from "./eras.js";
import { splitStatements } from "./loopback-d1.js";

/** Sends a single statement. Throws with SQLite's message. */
export type Send = (sql: string) => Promise<Record<string, unknown>[]>;

/** Thrown by a `Send` when a test wants the application's upgrade to stop. */
export class Stopped extends Error {}

const newest = Math.max(...ownUpgrade.map((m) => m.version));

/**
 * Opens KV Manager 2.x's page, which creates its ledger, and presses *Upgrade Now* if the page offers it: what the
 * application does to a deployed database, statement by statement, including everything it does wrong.
 * @returns the message of the first error, null if there was none
 */
export async function pressUpgradeNow(send: Send): Promise<string | null> {
  if (await saysUpToDate(send)) return null;
  await markByTableNames(send);
  const applied = await ledgerOf(send);
  for (const migration of ownUpgrade.filter((m) => m.version > applied)) {
    try {
      for (const sql of splitStatements(migration.sql)) await sendOne(send, sql);
      await record(send, migration);
    } catch (error) {
      if (error instanceof Stopped || !(error instanceof Error)) throw error;
      return `Migration ${migration.version} (${migration.name}): ${error.message}`;
    }
  }
  return null;
}

/** What the page says about the database. Asking creates the ledger if there is none. */
export async function saysUpToDate(send: Send): Promise<boolean> {
  await send(
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, migration_name TEXT NOT NULL, " +
      "applied_at TEXT DEFAULT (datetime('now')))",
  );
  return (await ledgerOf(send)) >= newest;
}

async function ledgerOf(send: Send): Promise<number> {
  const [row] = await send("SELECT max(version) AS version FROM schema_version");
  return Number(row?.version ?? 0);
}

/** Dates a database without ledger entries by its table names alone; their contents are not checked. */
async function markByTableNames(send: Send): Promise<void> {
  if ((await ledgerOf(send)) > 0) return;
  const rows = await send("SELECT name FROM sqlite_master WHERE type = 'table'");
  const has = (...names: string[]) => names.every((name) => rows.some((row) => row.name === name));
  const looks = has("webhooks") ? 3 : has("job_audit_events") ? 2 : has("namespaces", "key_metadata") ? 1 : 0;
  for (const migration of ownUpgrade.filter((m) => m.version <= looks)) await record(send, migration);
}

async function record(send: Send, { version, name }: { version: number; name: string }): Promise<void> {
  await send(`INSERT INTO schema_version (version, migration_name) VALUES (${version}, '${name}')`);
}

async function sendOne(send: Send, sql: string): Promise<void> {
  try {
    await send(sql);
  } catch (error) {
    const passedOver = error instanceof Error && error.message.includes("duplicate column name");
    if (error instanceof Stopped || !passedOver || !/alter table/i.test(sql)) throw error;
  }
}
