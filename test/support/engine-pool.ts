import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "libsql";
import { expect } from "vitest";
import { apply, type Writable } from "../../src/apply/apply.js";
import { inspectionColumn, inspectionQuery } from "../../src/database/inspection-query.js";
import { decodeSnapshot, type Snapshot } from "../../src/database/snapshot.js";
import type { Catalog } from "../../src/plan/catalog.js";
import { type Plan, planUpgrade } from "../../src/plan/plan.js";
import { catalogFor } from "./catalogs.js";
import { type Content, contentOf, expectUpgraded } from "./compare-databases.js";
import { D1Engine, type StatementOutcome } from "./loopback-d1.js";

const size = 200;
const catalog = catalogFor("1");

/** Any number of real D1 databases in this process, planned and upgraded without starting wrangler. */
export class EnginePool {
  private engine: D1Engine | null = null;
  private used = 0;
  /** The database that was created last: the next one may be the same. */
  private last: { sql: string; file: string; content: Content } | null = null;

  /**
   * Upgrades a database twice, and writes to it as KV Manager would.
   * @param sql creates it, run by SQLite directly, since D1 itself would refuse some of it
   * @param missing what it lacks, as `column bulk_jobs.metadata`
   */
  async upgrade(sql: string, missing: string[]): Promise<void> {
    const database = await this.open(sql);
    const before = database.original;

    const plan = await database.plan(catalog);
    expect([plan.database, plan.conflicts]).toEqual(["kv-manager", []]);
    expect(plan.migrations.flatMap((m) => m.missing).sort()).toEqual([...missing].sort());
    expect(plan.statements).toHaveLength(missing.length);
    if (missing.length > 0) await database.apply(plan, catalog);

    const after = database.content();
    expectUpgraded(after, before, missing);
    const again = await database.plan(catalog);
    expect([again.statements, again.conflicts]).toEqual([[], []]);
    expect(again.checks.filter((check) => !check.ok)).toEqual([]);
    expect(database.content()).toEqual(after);
    for (const write of kvManagersWrites) await database.send(write);
  }

  /**
   * Creates a database. The same SQL always gives the same rows, including times.
   * @param sql creates it, run by SQLite directly
   */
  async open(sql: string): Promise<EngineDatabase> {
    if (this.used === size) await this.close();
    if (this.engine === null) {
      this.engine = await D1Engine.start(size);
      this.used = 0;
    }
    this.used++;
    const { file, content } = this.template(sql);
    return new EngineDatabase(this.engine, this.engine.open(file), content);
  }

  private template(sql: string): { file: string; content: Content } {
    if (this.last?.sql === sql) return this.last;
    this.forget();
    const file = join(mkdtempSync(join(tmpdir(), "engine-pool-")), "database.sqlite");
    const database = new Database(file);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`BEGIN;${sql};COMMIT`);
    database.close();
    this.last = { sql, file, content: contentOf(file) };
    return this.last;
  }

  private forget(): void {
    if (this.last !== null) rmSync(dirname(this.last.file), { recursive: true, force: true });
    this.last = null;
  }

  /** Ends workerd. */
  async close(): Promise<void> {
    await this.engine?.close();
    this.engine = null;
    this.forget();
  }
}

/** One D1 database of a pool. */
export class EngineDatabase {
  /** Its content when it was created. */
  readonly original: Content;
  private readonly engine: D1Engine;
  private readonly slot: number;

  constructor(engine: D1Engine, slot: number, original: Content) {
    this.original = original;
    this.engine = engine;
    this.slot = slot;
  }

  /** Sends a single statement and returns its rows. */
  async send(sql: string): Promise<Record<string, unknown>[]> {
    const [outcome] = await this.engine.batch(this.slot, [{ sql }]);
    return outcome?.results ?? [];
  }

  /** Sends statements as one batch and returns the resulting schema. */
  async batch(statements: string[]): Promise<Snapshot> {
    const all = [...statements, inspectionQuery].map((sql) => ({ sql }));
    const outcomes: StatementOutcome[] = await this.engine.batch(this.slot, all);
    return decodeSnapshot(JSON.parse(String(outcomes.at(-1)?.results[0]?.[inspectionColumn])));
  }

  /** Returns what it lacks compared with a catalog. */
  async plan(of: Catalog): Promise<Plan> {
    return planUpgrade(await this.batch([]), of);
  }

  /** Applies a plan as the program does. Nothing goes wrong here, so any wait is a failure. */
  async apply(plan: Plan, of: Catalog): Promise<void> {
    const database: Writable = {
      inspect: () => this.batch([]),
      write: (statements) => this.batch(statements),
      lostWriteSeconds: 0,
    };
    await apply(database, plan, {
      replan: (found) => planUpgrade(found, of),
      wait: (_, why) => Promise.reject(new Error(why)),
      interrupted: false,
    });
  }

  /** Its whole content. */
  content(): Content {
    const copy = this.engine.save(this.slot);
    try {
      return contentOf(copy);
    } finally {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
    }
  }
}

const kvManagersWrites = [
  `INSERT INTO bulk_jobs (job_id, namespace_id, operation_type, status, total_keys, processed_keys, error_count,
    current_key, percentage, started_at, user_email, metadata)
    VALUES ('proof', 'ns-1', 'copy', 'running', 1, 0, 0, 'k', 0.5, '2026-01-01', 'a@example.com', '{"a":[]}')`,
  `INSERT INTO job_audit_events (job_id, event_type, user_email, details)
    VALUES ('proof', 'started', 'a@example.com', '{}'), ('proof', 'completed', 'a@example.com', NULL)`,
  "UPDATE bulk_jobs SET percentage = 100, current_key = NULL WHERE job_id = 'proof'",
];
