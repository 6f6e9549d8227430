import { expect } from "vitest";
import { catalogFor } from "./catalogs.js";
import type { EngineDatabase, EnginePool } from "./engine-pool.js";
import { eraSchemas, ownManualFile, seedRows } from "./eras.js";
import { splitStatements } from "./loopback-d1.js";
import { pressUpgradeNow, type Send, Stopped, saysUpToDate } from "./own-upgrade.js";
import { states } from "./states.js";

const newest = catalogFor("2");

/** Every database that the application's own upgrade may encounter: those of every era, and the 40 states. */
export const beginnings: { name: string; sql: string }[] = [
  ...Object.entries(eraSchemas).map(([name, sql]) => ({ name: `era ${name}`, sql: sql + seedRows })),
  ...states.map(({ name, sql }) => ({ name, sql: `${eraSchemas.oldest}${seedRows}\n${sql}` })),
];

/** What was tried and how it ended. */
export interface Count {
  tried: number;
  complete: number;
  /** Rows that were there before and not after. */
  lost: number;
}

/** The orders in which this program's upgrade and the application's own may run. */
export const orders = {
  "ours, then its own": async (database: EngineDatabase) => {
    await ours(database);
    await own(database);
  },
  "its own, then ours": async (database: EngineDatabase) => {
    await own(database);
    await ours(database);
  },
  "ours, then its file for upgrades by hand": async (database: EngineDatabase) => {
    await ours(database);
    // One batch, which an existing column rolls back.
    await expect(database.batch(splitStatements(ownManualFile))).rejects.toThrow("duplicate column name");
  },
} satisfies Record<string, (database: EngineDatabase) => Promise<void>>;

/** Runs one order from one starting database, and counts the results. */
export async function inOrder(
  pool: EnginePool,
  sql: string,
  order: (database: EngineDatabase) => Promise<void>,
  count: Count,
): Promise<void> {
  const database = await pool.open(sql);
  count.tried++;
  await order(database);
  // Whatever came first, one more press of the button satisfies the page.
  expect(await pressUpgradeNow((one) => database.send(one))).toBeNull();
  expect(await saysUpToDate((one) => database.send(one))).toBe(true);
  const after = database.content();
  count.lost += rowsLost(database.original.rows, after.rows);
  const rest = await database.plan(newest);
  expect([rest.statements, rest.conflicts, rest.checks.filter((check) => !check.ok)]).toEqual([[], [], []]);
  count.complete++;
}

/**
 * Stops the application's upgrade after each of its statements, each time in a fresh database, then upgrades.
 * @returns how many statements the application's upgrade has from there
 */
export async function stoppedThenOurs(pool: EnginePool, sql: string, count: Count): Promise<number> {
  for (let statements = 0; ; statements++) {
    let left = statements;
    let stopped = false;
    await inOrder(
      pool,
      sql,
      async (database) => {
        const send: Send = async (one) => {
          // Reads do not count: stopping there changes nothing.
          if (!/^SELECT/.test(one) && left-- <= 0) throw new Stopped();
          return await database.send(one);
        };
        await pressUpgradeNow(send).catch((error) => {
          if (!(error instanceof Stopped)) throw error;
          stopped = true;
        });
        await ours(database);
      },
      count,
    );
    if (!stopped) return statements;
  }
}

async function ours(database: EngineDatabase): Promise<void> {
  const plan = await database.plan(newest);
  expect([plan.database, plan.conflicts]).toEqual(["kv-manager", []]);
  if (plan.statements.length > 0) await database.apply(plan, newest);
}

async function own(database: EngineDatabase): Promise<void> {
  expect(await pressUpgradeNow((one) => database.send(one))).toBeNull();
}

/** Returns how many rows are gone. Columns are only ever added after the existing ones. */
function rowsLost(before: Record<string, unknown[]>, after: Record<string, unknown[]>): number {
  let lost = 0;
  for (const [table, rows] of Object.entries(before)) {
    // D1 and SQLite keep counters in their own tables.
    if (/^(_cf_|sqlite_)/.test(table)) continue;
    const width = (rows[0] as unknown[] | undefined)?.length ?? 0;
    const left = new Map<string, number>();
    for (const row of after[table] ?? []) {
      const key = JSON.stringify((row as unknown[]).slice(0, width));
      left.set(key, (left.get(key) ?? 0) + 1);
    }
    for (const row of rows) {
      const key = JSON.stringify(row);
      const there = left.get(key) ?? 0;
      if (there === 0) lost++;
      left.set(key, there - 1);
    }
  }
  return lost;
}
