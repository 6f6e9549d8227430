import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { expect } from "vitest";
import { apply, type Course, type Writable } from "../../src/apply/apply.js";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";
import { decodeSnapshot, type Snapshot } from "../../src/database/snapshot.js";
import { planUpgrade } from "../../src/plan/plan.js";
import { catalogueFor } from "../support/catalogues.js";
import { D1Engine, type StatementOutcome } from "../support/loopback-d1.js";
import { type Content, contentOf, expectUpgraded } from "./compare-databases.js";

const size = 200;
const catalogue = catalogueFor("1");

/** Real D1 databases in this process, as many as are asked for: planned and upgraded without starting wrangler. */
export class EnginePool {
  private engine: D1Engine | null = null;
  private used = 0;
  private made = 0;

  /**
   * Upgrades a database twice, and writes into it as KV Manager would.
   * @param sql what makes it, run by SQLite directly, as for what D1 itself would refuse
   * @param missing what it lacks, as `column bulk_jobs.metadata`
   */
  async upgrade(sql: string, missing: string[]): Promise<void> {
    const { engine, slot } = await this.open(sql);
    const before = this.content(engine, slot);
    const database = writable(engine, slot);

    const plan = planUpgrade(await database.inspect(), catalogue);
    expect([plan.database, plan.conflicts]).toEqual(["kv-manager", []]);
    expect(plan.migrations.flatMap((m) => m.missing).sort()).toEqual([...missing].sort());
    expect(plan.statements).toHaveLength(missing.length);
    if (missing.length > 0) await apply(database, plan, straight);

    const after = this.content(engine, slot);
    expectUpgraded(after, before, missing);
    const again = planUpgrade(await database.inspect(), catalogue);
    expect([again.statements, again.conflicts]).toEqual([[], []]);
    expect(again.checks.filter((check) => !check.ok)).toEqual([]);
    expect(this.content(engine, slot)).toEqual(after);
    await engine.batch(slot, kvManagersWrites);
  }

  /** Ends workerd. */
  async close(): Promise<void> {
    await this.engine?.close();
    this.engine = null;
  }

  private async open(sql: string): Promise<{ engine: D1Engine; slot: number }> {
    if (this.used === size) await this.close();
    if (this.engine === null) {
      this.engine = await D1Engine.start(size);
      this.used = 0;
    }
    this.used++;
    const file = join(tmpdir(), `proof-${process.pid}-${this.made++}.sqlite`);
    const database = new Database(file);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`BEGIN;${sql};COMMIT`);
    database.close();
    const slot = this.engine.open(file);
    rmSync(file);
    return { engine: this.engine, slot };
  }

  private content(engine: D1Engine, slot: number): Content {
    const copy = engine.save(slot);
    const content = contentOf(copy);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
    return content;
  }
}

/** Nothing goes wrong here, so whatever has to be waited for is a failure. */
const straight: Course = {
  replan: (found) => planUpgrade(found, catalogue),
  wait: (_, why) => Promise.reject(new Error(why)),
  interrupted: false,
};

function writable(engine: D1Engine, slot: number): Writable {
  const snapshotIn = (outcomes: StatementOutcome[]): Snapshot =>
    decodeSnapshot(JSON.parse(String(outcomes.at(-1)?.results[0]?.[inspectionColumn])));
  const send = async (statements: string[]) =>
    snapshotIn(
      await engine.batch(
        slot,
        [...statements, inspectionQuery].map((sql) => ({ sql })),
      ),
    );
  return { inspect: () => send([]), write: send, lostWriteSeconds: 0 };
}

const kvManagersWrites = [
  `INSERT INTO bulk_jobs (job_id, namespace_id, operation_type, status, total_keys, processed_keys, error_count,
    current_key, percentage, started_at, user_email, metadata)
    VALUES ('proof', 'ns-1', 'copy', 'running', 1, 0, 0, 'k', 0.5, '2026-01-01', 'a@example.com', '{"a":[]}')`,
  `INSERT INTO job_audit_events (job_id, event_type, user_email, details)
    VALUES ('proof', 'started', 'a@example.com', '{}'), ('proof', 'completed', 'a@example.com', NULL)`,
  "UPDATE bulk_jobs SET percentage = 100, current_key = NULL WHERE job_id = 'proof'",
].map((sql) => ({ sql }));
