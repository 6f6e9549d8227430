import pLimit, { type LimitFunction } from "p-limit";
import { childEnvironment } from "../child-environment.js";
import { preserveOwnership, type UnrestoredFile } from "../ownership.js";
import { Engine, EngineFailure, type EnginePlace, type Patience } from "./engine.js";

/** Seconds for an engine to start; if it takes longer, wrangler is used instead. */
const startSeconds = 30;

/** A running engine, and what it has open. */
export interface Running {
  engine: Engine;
  /** The identity of each database's file when it was opened, by the database's local id. */
  opened: Map<string, string | null>;
  /** Gives files back to their owners, see `preserveOwnership`. */
  giveBack: () => UnrestoredFile[];
}

/** The outcome of a start: the engine, or why there is none. */
type Started = Running | { reason: string };

/** The only engine of a wrangler and state folder. */
interface Slot {
  /** Null if none is running. */
  started: Promise<Started> | null;
  /** The local ids of all databases requested so far. A running engine can be asked for these. */
  databases: Set<string>;
  turn: LimitFunction;
}

/**
 * The engines of a run, each started once and kept until the end: starting takes longer than all the work. All of them
 * must be closed at the end of the program.
 */
export class Engines {
  private readonly env: NodeJS.ProcessEnv;
  private readonly slots = new Map<string, Slot>();

  /** @param env the program's environment */
  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  /**
   * Starts an engine, unless one is running.
   * @param databases the local ids of those that will likely be requested
   * @throws {Cancelled} when `patience.abort` fires
   */
  async start(place: EnginePlace, databases: string[], patience: Patience): Promise<void> {
    if (this.slotOf(place).started === null) await this.startWith(place, new Set(databases), patience);
  }

  /** Runs work with a place's engine after all earlier work there has ended: its databases share one state folder. */
  async inTurn<T>(place: EnginePlace, work: () => Promise<T>): Promise<T> {
    return await this.slotOf(place).turn(work);
  }

  /**
   * Returns the engine for a database, starting it if necessary.
   * @param database its local id
   * @returns the reason if it does not start; for this database it is not tried again then
   * @throws {Cancelled} when `patience.abort` fires
   */
  async engineFor(place: EnginePlace, database: string, patience: Patience): Promise<Started> {
    const slot = this.slotOf(place);
    if (slot.started !== null && slot.databases.has(database)) {
      const started = await slot.started;
      if ("reason" in started || started.engine.isRunning) return started;
    }
    if (slot.started !== null) await end(slot);
    return await this.startWith(place, new Set([...slot.databases, database]), patience);
  }

  /** Ends a place's engine immediately, so that nothing more is written. The next request gets a new one. */
  async drop(place: EnginePlace): Promise<void> {
    await end(this.slotOf(place));
  }

  /** Ends all engines. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.slots.values()].map(end));
  }

  private async startWith(place: EnginePlace, databases: Set<string>, patience: Patience): Promise<Started> {
    const slot = this.slotOf(place);
    const started = start(place, [...databases], this.env, patience);
    slot.started = started;
    slot.databases = databases;
    // The next request starts it again.
    started.catch(() => {
      slot.started = null;
    });
    return await started;
  }

  private slotOf({ wranglerPackage, state }: EnginePlace): Slot {
    const key = JSON.stringify([wranglerPackage, state]);
    const slot = this.slots.get(key) ?? { started: null, databases: new Set(), turn: pLimit(1) };
    this.slots.set(key, slot);
    return slot;
  }
}

async function end(slot: Slot): Promise<void> {
  const { started } = slot;
  slot.started = null;
  const running = await started?.catch(() => null);
  if (!running || "reason" in running) return;
  await running.engine.end();
  running.giveBack();
}

async function start(
  place: EnginePlace,
  databases: string[],
  env: NodeJS.ProcessEnv,
  { timeoutSeconds, abort }: Patience,
): Promise<Started> {
  const giveBack = preserveOwnership(place.state);
  const patience = { timeoutSeconds: Math.min(timeoutSeconds, startSeconds), abort };
  try {
    const engine = await Engine.start(place, databases, childEnvironment(env), patience);
    return { engine, opened: new Map(), giveBack };
  } catch (error) {
    if (!(error instanceof Error) || error.name === "Cancelled") throw error;
    giveBack();
    return { reason: error instanceof EngineFailure ? error.message : String(error) };
  }
}
