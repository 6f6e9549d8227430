import { statSync } from "node:fs";
import pLimit, { type LimitFunction } from "p-limit";
import { childEnvironment } from "../child-environment.js";
import { type Kept, keepOwners } from "../owners.js";
import { Engine, EngineFailure, type Patience } from "./engine.js";

/** Seconds for an engine to start; whatever takes longer is left to wrangler. */
const startSeconds = 30;

/** Where an engine belongs to: one for each wrangler and state folder. */
export interface Place {
  /** Absolute folder of the wrangler package. */
  wranglerPackage: string;
  /** Absolute folder of wrangler's local state. */
  state: string;
  /** Absolute folder of the config. */
  cwd: string;
}

/** An engine that runs, and what it has open. */
export interface Running {
  engine: Engine;
  /** The databases that it may be asked for, by their local ids. */
  databases: Set<string>;
  /** Which file each database was when it was opened. */
  opened: Map<string, string | null>;
  /** Gives files back to their owners, see `keepOwners`. */
  giveBack: () => Kept[];
}

/** What a start came to: the engine, or why there is none. */
export type Started = Running | { reason: string };

/**
 * The engines of a run, each started once and kept until the end: starting takes longer than all the work. At the end
 * of the program all have to be closed.
 */
export class Engines {
  private readonly env: NodeJS.ProcessEnv;
  private readonly running = new Map<string, { databases: Set<string>; started: Promise<Started> }>();
  /** All databases that were asked for at a place, also before its engine ended. */
  private readonly asked = new Map<string, Set<string>>();
  private readonly turns = new Map<string, LimitFunction>();

  /** @param env the program's environment */
  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  /**
   * Starts an engine, if none runs.
   * @param databases the local ids of those that will likely be asked for
   * @throws {Cancelled} when `patience.abort` fires
   */
  async start(place: Place, databases: string[], patience: Patience): Promise<void> {
    if (!this.running.has(keyOf(place))) await this.startWith(place, new Set(databases), patience);
  }

  /** Does work with the engine of a place when all earlier work there has ended: its databases share one state folder. */
  async inTurn<T>(place: Place, work: () => Promise<T>): Promise<T> {
    const key = keyOf(place);
    const turn = this.turns.get(key) ?? pLimit(1);
    this.turns.set(key, turn);
    return await turn(work);
  }

  /**
   * The engine for a database; it is started if need be.
   * @param database its local id
   * @returns why there is none, where it does not start; it is not tried again then
   * @throws {Cancelled} when `patience.abort` fires
   */
  async engineFor(place: Place, database: string, patience: Patience): Promise<Started> {
    const key = keyOf(place);
    const known = this.running.get(key);
    if (known?.databases.has(database)) {
      const started = await known.started;
      if ("reason" in started || started.engine.isRunning) return started;
    }
    if (known !== undefined) await this.close(place);
    return await this.startWith(place, new Set([...(this.asked.get(key) ?? []), database]), patience);
  }

  /** Ends the engine of a place at once, so that nothing is written any more. The next one who asks gets a new one. */
  async drop(place: Place): Promise<void> {
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

  private async startWith(place: Place, databases: Set<string>, patience: Patience): Promise<Started> {
    const key = keyOf(place);
    const started = start(place, databases, this.env, patience);
    this.running.set(key, { databases, started });
    this.asked.set(key, databases);
    // Started again for whoever asks next.
    started.catch(() => this.running.delete(key));
    return await started;
  }

  private async close(place: Place): Promise<void> {
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
  place: Place,
  databases: Set<string>,
  env: NodeJS.ProcessEnv,
  { timeoutSeconds, abort }: Patience,
): Promise<Started> {
  const giveBack = keepOwners(place.state);
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

function keyOf({ wranglerPackage, state }: Place): string {
  return JSON.stringify([wranglerPackage, state]);
}

/** Which file lies at a path; null for none. */
export function identityOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}
