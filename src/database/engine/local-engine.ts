import { dirname } from "node:path";
import { engineEnded, fileGone, fileReplaced } from "../../diagnostics/engine.js";
import { Cancelled, type Problem } from "../../lib/problem.js";
import { timedOut } from "../../messages/wrangler.js";
import type { Account, Connection, Placement } from "../../project/connection.js";
import { localFileOf, stateFolderOf } from "../../project/local-state.js";
import { databaseIdAt } from "../../project/targets.js";
import { type D1Client, exportSeconds, type ListedDatabase, type StatementResult } from "../client.js";
import { endedAs, failureFrom } from "../failures.js";
import type { ClientSettings } from "../settings.js";
import { EngineEnded, EngineFailure, type Patience } from "./engine.js";
import { type EngineKey, identityOf, type Running } from "./engines.js";

/** `instead` is used if no engine starts: nothing was sent to the database then. */
type LocalEngineSettings = ClientSettings & { instead: D1Client };

/** Work with a running engine, for a database by its local id. */
type Work<T> = (running: Running, id: string, patience: Patience) => Promise<T>;

/** The engine's error messages when its workerd has ended. */
const lostConnection = /fetch failed|ECONNRE(SET|FUSED)|other side closed|socket hang up|\bterminated\b/i;

/** Accesses a local database: the D1 engine of the project's own wrangler, started once for the whole run. */
export class LocalEngine implements D1Client {
  readonly allowsConcurrency = false;
  readonly remembersAccount = false;
  private readonly settings: LocalEngineSettings;
  private toldWhyNot = false;
  private deaths = 0;

  constructor(settings: LocalEngineSettings) {
    this.settings = settings;
  }

  async ready(): Promise<void> {
    await this.settings.locate();
  }

  async execute(connection: Connection, statements: string[]): Promise<StatementResult[]> {
    const { instead, timeoutSeconds } = this.settings;
    return await this.through(
      connection,
      timeoutSeconds,
      `${statements.length} statement${statements.length === 1 ? "" : "s"}`,
      ({ engine }, id, patience) => engine.batch(id, statements, patience),
      () => instead.execute(connection, statements),
    );
  }

  async export(connection: Connection, file: string): Promise<void> {
    const { instead, timeoutSeconds } = this.settings;
    await this.through(
      connection,
      Math.max(timeoutSeconds, exportSeconds),
      "export",
      ({ engine }, id, patience) => engine.export(id, file, patience),
      () => instead.export(connection, file),
    );
  }

  readonly findCause = async (problem: unknown): Promise<unknown> => problem;

  // Only deployed databases have the following.
  async bookmark(connection: Connection): Promise<string> {
    return await this.settings.instead.bookmark(connection);
  }

  async databaseName({ target }: Connection): Promise<string | null> {
    return target.database;
  }

  async list(connection: Connection): Promise<ListedDatabase[]> {
    return await this.settings.instead.list(connection);
  }

  async create(connection: Connection, name: string, placement: Placement): Promise<string> {
    return await this.settings.instead.create(connection, name, placement);
  }

  async accounts(connection: Connection): Promise<Account[]> {
    return await this.settings.instead.accounts(connection);
  }

  /** Runs work in the engine, or `otherwise` if none starts. */
  private async through<T>(
    connection: Connection,
    timeoutSeconds: number,
    what: string,
    work: Work<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    const place = await this.placeOf(connection);
    if (place === null) return await otherwise();
    return await this.settings.engines.inTurn(place, async () => {
      const patience = { timeoutSeconds, abort: this.settings.interruption.signal };
      const running = await this.running(place, connection, patience);
      if (running === null) return await otherwise();
      return await this.answerOf(what, place, running, connection, patience, work);
    });
  }

  private async answerOf<T>(
    what: string,
    place: EngineKey,
    running: Running,
    connection: Connection,
    patience: Patience,
    work: Work<T>,
  ): Promise<T> {
    const { engines, trace, abandoned } = this.settings;
    const id = localIdOf(connection);
    const file = fileOf(connection);
    const before = identityOf(file);
    const began = Date.now();
    const told = (ended: string, said: string[] = []) =>
      trace({
        asked: `local engine: ${what} for ${connection.target.database ?? connection.target.binding}`,
        ended,
        milliseconds: Date.now() - began,
        said,
      });
    try {
      const result = await unlessAbandoned(work(running, id, patience), abandoned);
      told("answered");
      if (before !== null && before !== identityOf(file)) throw endedAs(fileReplaced);
      return result;
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      const problem = this.problemOf(error, patience.timeoutSeconds);
      told("failed", [error instanceof Error ? error.message : String(error)]);
      // If SQLite refused a statement, the engine has survived.
      if (!(error instanceof EngineFailure && /SQLITE_[A-Z]+/.test(error.message))) await engines.drop(place);
      throw problem;
    } finally {
      this.giveBack(running);
      running.opened.set(id, running.opened.get(id) ?? identityOf(file));
    }
  }

  /** The engine with the database that is on disk now; null if none starts. */
  private async running(
    place: EngineKey,
    connection: Connection,
    patience: Patience,
  ): Promise<Running | null> {
    const { engines } = this.settings;
    const id = localIdOf(connection);
    for (;;) {
      const began = Date.now();
      const started = await engines.engineFor(place, id, patience);
      if ("reason" in started) {
        this.tellWhyNot(started.reason, Date.now() - began);
        return null;
      }
      const opened = started.opened.get(id) ?? null;
      const now = identityOf(fileOf(connection));
      if (opened === null || opened === now) return started;
      // Moved away or replaced: the open file is not the one there now, and a missing one must not be recreated.
      await engines.drop(place);
      if (now === null) throw endedAs(fileGone);
    }
  }

  private async placeOf(connection: Connection): Promise<EngineKey | null> {
    const { folder } = await this.settings.locate();
    if (folder === null) {
      this.tellWhyNot("wrangler is a command on PATH, whose package is not known", 0);
      return null;
    }
    return {
      wranglerPackage: folder,
      state: stateFolderOf(connection.target.configPath, connection.persistTo),
      cwd: dirname(connection.target.configPath),
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
      return failureFrom({ text: error.message, code: null, aside: error.beside }, true, "The database");
    if (error instanceof EngineEnded)
      return error.why === "timeout" ? timedOut("The database", timeoutSeconds) : this.endedAtWork();
    return error;
  }

  /** Once may be chance, and a read is retried with a new engine; twice is not. */
  private endedAtWork(): Problem {
    this.deaths++;
    return endedAs({ ...engineEnded, transient: this.deaths === 1 });
  }

  private giveBack({ giveBack }: Running): void {
    const kept = giveBack();
    if (kept.length > 0) this.settings.onOwnershipNotRestored?.(kept);
  }
}

/** The id under which wrangler keeps a local database. */
function localIdOf({ target }: Connection): string {
  return databaseIdAt(target, "local") ?? target.binding;
}

function fileOf({ target, persistTo }: Connection): string {
  return localFileOf(target, persistTo);
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
