import { WranglerFailure } from "./failures.js";

/** Waits between tries of a read, in seconds: bounded, and growing. */
const waits = [1, 2, 4, 8];

/** How to wait. A user sees every wait and may interrupt it. */
export interface Waiting {
  /**
   * Waits and says why.
   * @param seconds how long
   * @param failure what is waited out
   * @throws {Cancelled} when the user interrupts
   */
  wait(seconds: number, failure: WranglerFailure): Promise<void>;
}

/**
 * Runs a read, and again after a wait as long as its failure is one that passes by itself.
 * Only for reads: a write is never repeated blindly.
 */
export async function reading<T>(read: () => Promise<T>, waiting: Waiting): Promise<T> {
  for (const seconds of waits) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof WranglerFailure) || !error.transient) throw error;
      await waiting.wait(seconds, error);
    }
  }
  return await read();
}
