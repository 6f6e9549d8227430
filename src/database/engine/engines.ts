import { statSync } from "node:fs";
import pLimit, { type LimitFunction } from "p-limit";
import { childEnvironment } from "../child-environment.js";
import { preserveOwnership, type UnrestoredFile } from "../ownership.js";
import { Engine, EngineFailure, type Patience } from "./engine.js";

/** Seconds for an engine to start; if it takes longer, wrangler is used instead. */
const startSeconds = 30;

/** What an engine belongs to: there is one for each wrangler and state folder. */
export interface EngineKey {
  /** Absolute folder of the wrangler package. */
  wranglerPackage: string;
  /** Absolute folder of wrangler's local state. */
  state: string;
  /** Absolute folder of the config. */
  cwd: string;
}

/** A running engine, and what it has open. */
export interface Running {
  engine: Engine;
  /** The databases that it can be asked for, by their local ids. */
  databases: Set<string>;
  /** The identity of each database's file when it was opened. */
  opened: Map<string, string | null>;
  /** Gives files back to their owners, see `preserveOwnership`. */
  giveBack: () => UnrestoredFile[];
}

/** The outcome of a start: the engine, or why there is none. */
export type Started = Running | { reason: string };

/**
 * The engines of a run, each started once and kept until the end: starting takes longer than all the work. All of them
 * must be closed at the end of the program.
 */
export class Engines {
  private readonly env: NodeJS.ProcessEnv;
  private readonly running = new Map<string, { databases: Set<string>; started: Promise<Started> }>();
  /** All databases requested at a place, including before its engine ended. */
  private readonly asked = new Map<string, Set<string>>();
  private readonly turns = new Map<string, LimitFunction>();

  /** @param env the program's environment */
  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  /**
   * Starts an engine, unless one is running.
   * @param databases the local ids of those that will likely be requested
   * @throws {Cancelled} when `patience.abort` fires
   */
  async start(place: EngineKey, databases: string[], patience: Patience): Promise<void> {
    if (!this.running.has(keyOf(place))) await this.startWith(place, new Set(databases), patience);
  }

  /** Runs work with a place's engine after all earlier work there has ended: its databases share one state folder. */
  async inTurn<T>(place: EngineKey, work: () => Promise<T>): Promise<T> {
    const key = keyOf(place);
    const turn = this.turns.get(key) ?? pLimit(1);
    this.turns.set(key, turn);
    return await turn(work);
  }

  /**
   * Returns the engine for a database, starting it if necessary.
   * @param database its local id
   * @returns the reason if it does not start; for this database it is not tried again then
   * @throws {Cancelled} when `patience.abort` fires
   */
  async engineFor(place: EngineKey, database: string, patience: Patience): Promise<Started> {
    const key = keyOf(place);
    const known = this.running.get(key);
    if (known?.databases.has(database)) {
      const started = await known.started;
      if ("reason" in started || started.engine.isRunning) return started;
    }
    if (known !== undefined) await this.close(place);
    return await this.startWith(place, new Set([...(this.asked.get(key) ?? []), database]), patience);
  }

  /** Ends a place's engine immediately, so that nothing more is written. The next request gets a new one. */
  async drop(place: EngineKey): Promise<void> {
    const key = keyOf(place);
    const started = await this.running.get(key)?.started;
    this.running.delete(key);
    if (started !== undefined && "engine" in started) {
      await started.engine.end();
      started.giveBack();
    }
  }

  /** Ends all engines. */
  async closeAll(): Promise<void> {
    const all = [...this.running.values()];
    this.running.clear();
    await Promise.all(all.map(({ started }) => endOf(started)));
  }

  private async startWith(place: EngineKey, databases: Set<string>, patience: Patience): Promise<Started> {
    const key = keyOf(place);
    const started = start(place, databases, this.env, patience);
    this.running.set(key, { databases, started });
    this.asked.set(key, databases);
    // The next request starts it again.
    started.catch(() => this.running.delete(key));
    return await started;
  }

  private async close(place: EngineKey): Promise<void> {
    const key = keyOf(place);
    const known = this.running.get(key);
    this.running.delete(key);
    if (known !== undefined) await endOf(known.started);
  }
}

async function endOf(starting: Promise<Started>): Promise<void> {
  const started = await starting.catch(() => null);
  if (started === null || "reason" in started) return;
  await started.engine.end();
  started.giveBack();
}

async function start(
  place: EngineKey,
  databases: Set<string>,
  env: NodeJS.ProcessEnv,
  { timeoutSeconds, abort }: Patience,
): Promise<Started> {
  const giveBack = preserveOwnership(place.state);
  const patience = { timeoutSeconds: Math.min(timeoutSeconds, startSeconds), abort };
  try {
    const engine = await Engine.start({ ...place, env: childEnvironment(env) }, [...databases], patience);
    return { engine, databases, opened: new Map(), giveBack };
  } catch (error) {
    if (!(error instanceof Error) || error.name === "Cancelled") throw error;
    giveBack();
    return { reason: error instanceof EngineFailure ? error.message : String(error) };
  }
}

function keyOf({ wranglerPackage, state }: EngineKey): string {
  return JSON.stringify([wranglerPackage, state]);
}

/** Identifies the file at a path; null if there is none. */
export function identityOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}
