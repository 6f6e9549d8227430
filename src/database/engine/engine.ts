import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cancelled } from "../../lib/problem.js";
import { packageFolder } from "../../package-folder.js";
import type { StatementResult } from "../client.js";
import { signalGroup } from "../process.js";
import type { Answer, Question } from "./messages.js";

/** The engine refused or failed; `message` is its error message. */
export class EngineFailure extends Error {
  /** Anything else it printed. */
  readonly beside: string;

  constructor(message: string, beside = "") {
    super(message);
    this.name = "EngineFailure";
    this.beside = beside;
  }
}

/** The engine's process has ended, or was terminated because it did not answer in time. */
export class EngineEnded extends Error {
  readonly why: "exited" | "timeout";

  constructor(why: EngineEnded["why"]) {
    super(`The engine has ended: ${why}`);
    this.name = "EngineEnded";
    this.why = why;
  }
}

/** Where an engine is loaded from, and which state it opens. */
export interface EnginePlace {
  /** Absolute folder of the wrangler package whose miniflare is loaded. */
  wranglerPackage: string;
  /** Absolute folder of wrangler's local state. */
  state: string;
  /** Absolute path of its working folder: the config's. */
  cwd: string;
}

/** How long to wait for an answer. */
export interface Patience {
  timeoutSeconds: number;
  /** Ends the process when it fires; null for what must not be interrupted. */
  abort: AbortSignal | null;
}

/** A request without an answer yet. */
interface Pending {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

/** Milliseconds that an engine is given to exit. */
const grace = 2000;

/**
 * A running D1 engine: a child process in its own process group, so that a Ctrl-C in the terminal does not reach it. It
 * ends when this program ends, for whatever reason, because that closes its channel.
 */
export class Engine {
  private readonly child: ChildProcess;
  private readonly temporary: string;
  private readonly pending = new Map<number, Pending>();
  private readonly exited: Promise<void>;
  private number = 0;
  private over: EngineEnded | null = null;
  /** How many pending answers must not be interrupted. */
  private writes = 0;

  private constructor(child: ChildProcess, temporary: string) {
    this.child = child;
    this.temporary = temporary;
    child.on("message", (answer: Answer) => {
      const number = "number" in answer ? answer.number : 0;
      this.pending.get(number)?.resolve(answer);
      this.pending.delete(number);
    });
    this.exited = new Promise((resolve) => {
      const end = () => {
        this.stop();
        resolve();
      };
      child.once("exit", end);
      child.once("error", end);
    });
    process.once("exit", this.endWithProgram);
    child.once("disconnect", () => this.stop());
    // Only pending answers keep this program alive.
    child.unref();
    child.channel?.unref();
  }

  /**
   * Starts an engine.
   * @param databases the local ids of all databases that will be used; this creates none of them
   * @param env see `childEnvironment`
   * @throws {EngineFailure} {EngineEnded} when it does not start; nothing was sent to a database then
   * @throws {Cancelled} when `patience.abort` fires
   */
  static async start(
    { wranglerPackage, state, cwd }: EnginePlace,
    databases: string[],
    env: NodeJS.ProcessEnv,
    patience: Patience,
  ): Promise<Engine> {
    // Its temporary files are removed with it, however it ends.
    const temporary = mkdtempSync(join(tmpdir(), "kv-manager-engine-"));
    const child = fork(join(packageFolder, "dist", "engine.cjs"), [wranglerPackage, state, temporary], {
      ...{ cwd, detached: true, windowsHide: true, execArgv: ["--no-warnings"] },
      env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      // What matters of its output, it reports itself.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const engine = new Engine(child, temporary);
    try {
      const answer = await engine.ask({ kind: "start", databases }, 0, patience);
      if (answer.kind === "not-started") throw new EngineFailure(answer.text);
      return engine;
    } catch (error) {
      await engine.end();
      throw error;
    }
  }

  /** Whether it still accepts requests. */
  get isRunning(): boolean {
    return this.over === null;
  }

  /**
   * Runs statements as one transaction.
   * @param database its local id
   * @throws {EngineFailure} what SQLite or the engine reported
   * @throws {EngineEnded} when there is no answer; whether the batch was applied is then unknown
   * @throws {Cancelled} when `patience.abort` fires
   */
  async batch(database: string, statements: string[], patience: Patience): Promise<StatementResult[]> {
    const number = ++this.number;
    const answer = await this.ask({ kind: "batch", number, database, statements }, number, patience);
    return resultsOf(answer);
  }

  /**
   * Exports a database into a file.
   * @param file absolute path
   * @throws as `batch`
   */
  async export(database: string, file: string, patience: Patience): Promise<void> {
    const number = ++this.number;
    resultsOf(await this.ask({ kind: "export", number, database, file }, number, patience));
  }

  /**
   * Kills it and its workerd immediately, and waits until it is gone: nothing is written after that. Whatever was
   * answered is on disk; miniflare itself ends workerd this way, and asking it to would only take longer.
   */
  async end(why?: EngineEnded): Promise<void> {
    this.stop(why);
    signalGroup(this.child.pid, "SIGKILL");
    await this.gone();
    rmSync(this.temporary, { recursive: true, force: true, maxRetries: 5 });
    process.off("exit", this.endWithProgram);
  }

  /**
   * When the program ends, no one needs a pending read. A write is completed: the closed channel ends the engine then.
   */
  private readonly endWithProgram = (): void => {
    if (this.writes > 0) return;
    signalGroup(this.child.pid, "SIGKILL");
    rmSync(this.temporary, { recursive: true, force: true });
  };

  private async gone(): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.exited, sleep(grace, undefined, { signal: limit.signal }).catch(() => {})]);
    limit.abort();
  }

  private async ask(
    question: Question,
    number: number,
    { timeoutSeconds, abort }: Patience,
  ): Promise<Answer> {
    if (this.over !== null) throw this.over;
    if (abort?.aborted) throw new Cancelled();
    let onAbort = () => {};
    if (abort === null) this.writes++;
    const timer = setTimeout(() => void this.end(new EngineEnded("timeout")), timeoutSeconds * 1000);
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.pending.set(number, { resolve, reject });
        onAbort = () => {
          reject(new Cancelled());
          void this.end();
        };
        abort?.addEventListener("abort", onAbort, { once: true });
        this.child.send(question, (error) => {
          if (error !== null) this.stop();
        });
      });
    } finally {
      if (abort === null) this.writes--;
      clearTimeout(timer);
      this.pending.delete(number);
      abort?.removeEventListener("abort", onAbort);
    }
  }

  /** Rejects all pending requests. */
  private stop(why = new EngineEnded("exited")): void {
    if (this.over !== null) return;
    this.over = why;
    for (const { reject } of this.pending.values()) reject(why);
    this.pending.clear();
  }
}

function resultsOf(answer: Answer): StatementResult[] {
  if (answer.kind === "failed") throw new EngineFailure(answer.text, answer.beside);
  if (answer.kind !== "done") throw new Error(`the engine answered ${answer.kind}`);
  return answer.results;
}
