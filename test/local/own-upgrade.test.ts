import { afterAll, describe, expect, it } from "vitest";
import { beginnings, type Count, inOrder, orders } from "../support/beside-own-upgrade.js";
import { catalogFor } from "../support/catalogs.js";
import { EnginePool } from "../support/engine-pool.js";
import { pressUpgradeNow } from "../support/own-upgrade.js";

const pool = new EnginePool();
afterAll(() => pool.close());
const sample = beginnings.filter(({ name }) => name.startsWith("era")).slice(0, 3);
const count: Count = { tried: 0, complete: 0, lost: 0 };

// `npm run proof:states` starts from all 40 states and stops KV Manager's upgrade after every statement.
describe("an upgrade alongside KV Manager 2.x's own", () => {
  it("plans the three columns that KV Manager's own upgrade omits from the oldest schema", async () => {
    const database = await pool.open(beginnings[0]?.sql ?? "");
    expect(await pressUpgradeNow((sql) => database.send(sql))).toBeNull();
    const plan = await database.plan(catalogFor("2"));
    expect(plan.statements.map((s) => s.sql)).toEqual([
      "ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT",
      "ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT 0",
      "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT",
    ]);
    expect(plan.remarks.join()).toContain("so its record (schema_version)");
  });

  it.each(Object.entries(orders))("completes the database and keeps every row: %s", async (_, order) => {
    for (const { sql } of sample) await inOrder(pool, sql, order, count);
    expect(count).toEqual({ tried: count.tried, complete: count.tried, lost: 0 });
    expect(count.tried).toBeGreaterThanOrEqual(sample.length);
  });
});
