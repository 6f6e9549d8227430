import { setTimeout as sleep } from "node:timers/promises";
import { Cancelled } from "./problem.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What happens when the user presses Ctrl-C, the terminal closes or the system asks the program to end. Nothing ends
 * the program automatically: reads are aborted through `signal`; writes run to completion, and their caller checks
 * `requested` afterwards.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private onRequestDuringWrite: (() => void) | null = null;

  /** Whether the user wants to quit. */
  get requested(): boolean {
    return this.controller.signal.aborted;
  }

  /** Fires at the first interruption; null while a write is under way, which nothing may abort. */
  get signal(): AbortSignal | null {
    return this.onRequestDuringWrite === null ? this.controller.signal : null;
  }

  /**
   * Runs work that must not be aborted: the write itself, and the reads that find out how it ended.
   * @param onRequest called each time the user tries to interrupt it
   */
  async whileWriting<T>(work: () => Promise<T>, onRequest: () => void): Promise<T> {
    this.onRequestDuringWrite = onRequest;
    try {
      return await work();
    } finally {
      this.onRequestDuringWrite = null;
    }
  }

  /** @throws {Cancelled} immediately when the user interrupts, unless a write is under way */
  async pause(seconds: number): Promise<void> {
    const { signal } = this;
    try {
      await sleep(seconds * 1000, undefined, signal === null ? {} : { signal });
    } catch {
      throw new Cancelled();
    }
  }

  /** Starts listening for signals; `stop` hands them back to Node. */
  listen(): void {
    for (const signal of signals) process.on(signal, this.request);
  }

  stop(): void {
    for (const signal of signals) process.off(signal, this.request);
  }

  /** Acts as if the user had pressed Ctrl-C. */
  readonly request = (): void => {
    this.controller.abort();
    this.onRequestDuringWrite?.();
  };
}
