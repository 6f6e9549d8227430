import { statSync } from "node:fs";
import { dirname } from "node:path";
import { engineEnded, fileGone, fileReplaced } from "../../diagnostics/engine.js";
import { Cancelled, messageOf, type Problem } from "../../lib/problem.js";
import { timedOut } from "../../messages/wrangler.js";
import type { Connection } from "../../project/connection.js";
import { localFileOf, stateFolderOf } from "../../project/local-state.js";
import { localIdOf } from "../../project/targets.js";
import { exportTimeout, type StatementResult, tracing } from "../client.js";
import { failureAs, failureFrom } from "../failures.js";
import type { ClientSettings } from "../settings.js";
import { Wrangler } from "../wrangler/wrangler.js";
import { type Engine, EngineEnded, EngineFailure, type EnginePlace, type Patience } from "./engine.js";
import type { Engines, Running } from "./engines.js";

/** Work for a local database. */
interface Job<T> {
  /** In words, for `--debug`. */
  what: string;
  timeoutSeconds: number;
  /** @param id the database's local id */
  inEngine: (engine: Engine, id: string, patience: Patience) => Promise<T>;
  /** For when no engine starts: nothing was sent to the database then. */
  otherwise: () => Promise<T>;
}

/** The engine's error messages when its workerd has ended. */
const lostConnection = /fetch failed|ECONNRE(SET|FUSED)|other side closed|socket hang up|\bterminated\b/i;

/**
 * Accesses a local database as wrangler does, but in the D1 engine of the project's own wrangler, started once for the
 * whole run.
 */
export class LocalEngine extends Wrangler {
  private readonly engines: Engines;
  private toldWhyNot = false;
  private deaths = 0;

  constructor(settings: ClientSettings) {
    super(settings);
    this.engines = settings.engines;
  }

  /** The config's: a local database has no other name, and an account must not be asked for one. */
  override async databaseName({ target }: Connection): Promise<string | null> {
    return target.database;
  }

  override async execute(connection: Connection, statements: string[]): Promise<StatementResult[]> {
    return await this.perform(connection, {
      what: `${statements.length} statement${statements.length === 1 ? "" : "s"}`,
      timeoutSeconds: this.settings.timeoutSeconds,
      inEngine: (engine, id, patience) => engine.batch(id, statements, patience),
      otherwise: () => super.execute(connection, statements),
    });
  }

  override async export(connection: Connection, file: string): Promise<void> {
    await this.perform(connection, {
      what: "export",
      timeoutSeconds: exportTimeout(this.settings.timeoutSeconds),
      inEngine: (engine, id, patience) => engine.export(id, file, patience),
      otherwise: () => super.export(connection, file),
    });
  }

  private async perform<T>(connection: Connection, job: Job<T>): Promise<T> {
    const place = await this.placeOf(connection);
    if (place === null) return await job.otherwise();
    return await this.engines.inTurn(place, async () => {
      const patience = { timeoutSeconds: job.timeoutSeconds, abort: this.settings.interruption.signal };
      const running = await this.running(place, connection, patience);
      if (running === null) return await job.otherwise();
      return await this.performIn(running, place, connection, job, patience);
    });
  }

  private async performIn<T>(
    running: Running,
    place: EnginePlace,
    { target, persistTo }: Connection,
    { what, inEngine }: Job<T>,
    patience: Patience,
  ): Promise<T> {
    const { trace, abandoned, onOwnershipNotRestored } = this.settings;
    const id = localIdOf(target);
    const file = localFileOf(target, persistTo);
    const before = identityOf(file);
    const told = tracing(trace, `local engine: ${what} for ${target.database ?? target.binding}`);
    try {
      const result = await unlessAbandoned(inEngine(running.engine, id, patience), abandoned);
      told("answered");
      if (before !== null && before !== identityOf(file)) throw failureAs(fileReplaced);
      return result;
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      const problem = this.problemOf(error, patience.timeoutSeconds);
      told("failed", [messageOf(error)]);
      // If SQLite refused a statement, the engine has survived.
      if (!(error instanceof EngineFailure && /SQLITE_[A-Z]+/.test(error.message)))
        await this.engines.drop(place);
      throw problem;
    } finally {
      const kept = running.giveBack();
      onOwnershipNotRestored?.(kept);
      running.opened.set(id, running.opened.get(id) ?? identityOf(file));
    }
  }

  /** The engine with the database that is on disk now; null if none starts. */
  private async running(
    place: EnginePlace,
    { target, persistTo }: Connection,
    patience: Patience,
  ): Promise<Running | null> {
    const id = localIdOf(target);
    for (;;) {
      const began = Date.now();
      const started = await this.engines.engineFor(place, id, patience);
      if ("reason" in started) {
        this.tellWhyNot(started.reason, Date.now() - began);
        return null;
      }
      const opened = started.opened.get(id) ?? null;
      const now = identityOf(localFileOf(target, persistTo));
      if (opened === null || opened === now) return started;
      // Moved away or replaced: the open file is not the one there now, and a missing one must not be recreated.
      await this.engines.drop(place);
      if (now === null) throw failureAs(fileGone);
    }
  }

  private async placeOf({ target, persistTo }: Connection): Promise<EnginePlace | null> {
    const { folder } = await this.settings.locate();
    if (folder === null) {
      this.tellWhyNot("wrangler is a command on PATH, whose package is not known", 0);
      return null;
    }
    return {
      wranglerPackage: folder,
      state: stateFolderOf(target.configPath, persistTo),
      cwd: dirname(target.configPath),
    };
  }

  private tellWhyNot(reason: string, milliseconds: number): void {
    if (this.toldWhyNot) return;
    this.toldWhyNot = true;
    this.settings.trace({ asked: "local engine: start", ended: "not used", milliseconds, said: [reason] });
  }

  private problemOf(error: unknown, timeoutSeconds: number): unknown {
    if (error instanceof EngineFailure && lostConnection.test(error.message)) return this.endedAtWork();
    if (error instanceof EngineFailure)
      return failureFrom({ text: error.message, aside: error.beside }, true, "The database");
    if (error instanceof EngineEnded)
      return error.why === "timeout" ? timedOut("The database", timeoutSeconds) : this.endedAtWork();
    return error;
  }

  /** Once may be chance, and a read is retried with a new engine; twice is not. */
  private endedAtWork(): Problem {
    this.deaths++;
    return failureAs({ ...engineEnded, transient: this.deaths === 1 });
  }
}

/** Identifies the file at a path; null if there is none. */
function identityOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

/** Stops waiting when the answer is no longer needed. The engine keeps running: others need it. */
async function unlessAbandoned<T>(work: Promise<T>, abandoned: AbortSignal | undefined): Promise<T> {
  if (abandoned === undefined) return await work;
  if (abandoned.aborted) throw new Cancelled();
  return await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      abandoned.addEventListener("abort", () => reject(new Cancelled()), { once: true });
    }),
  ]);
}
