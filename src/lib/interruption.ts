import { setTimeout as sleep } from "node:timers/promises";
import { Cancelled } from "./problem.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What happens when the user presses Ctrl-C, the terminal closes or the system asks the program to end.
 * Nothing ends the program by itself: reads are aborted through `signal`, writes go on to their end, and who
 * runs them asks `requested` afterwards.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private onRequestDuringWrite: (() => void) | null = null;

  /** Whether the user wants to leave. */
  get requested(): boolean {
    return this.controller.signal.aborted;
  }

  /** Fires at the first interruption; null while a write is under way, which nothing may abort. */
  get signal(): AbortSignal | null {
    return this.onRequestDuringWrite === null ? this.controller.signal : null;
  }

  /**
   * Does work that must not be aborted: the write itself, and the reading that tells how it ended.
   * @param work what to do
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

  /**
   * Waits.
   * @param seconds how long
   * @throws {Cancelled} at once when the user interrupts, unless a write is under way
   */
  async pause(seconds: number): Promise<void> {
    const { signal } = this;
    try {
      await sleep(seconds * 1000, undefined, signal === null ? {} : { signal });
    } catch {
      throw new Cancelled();
    }
  }

  /** Starts to listen; `stop` gives the signals back to Node. */
  listen(): void {
    for (const signal of signals) process.on(signal, this.request);
  }

  stop(): void {
    for (const signal of signals) process.off(signal, this.request);
  }

  /** As if the user had pressed Ctrl-C. */
  readonly request = (): void => {
    this.controller.abort();
    this.onRequestDuringWrite?.();
  };
}
