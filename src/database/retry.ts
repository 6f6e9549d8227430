import { DatabaseFailure } from "./failures.js";

/** Seconds to wait between attempts of a read: increasing, and bounded. */
const waits = [1, 2, 4, 8];

/** How to wait. The user sees every wait and may interrupt it. */
export interface Waiting {
  /**
   * Waits and says why.
   * @param seconds how long
   * @param why the reason, as a sentence
   * @throws {Cancelled} when the user interrupts, unless a write is under way
   */
  wait(seconds: number, why: string): Promise<void>;
}

/**
 * Runs a read, and retries it after a wait as long as its failure is transient. Only for reads: a write is never
 * repeated blindly.
 * @param cause finds out more about the first failure, so that a permanent one is not retried
 * @throws what the read throws, or what `cause` made of it
 */
export async function reading<T>(
  read: () => Promise<T>,
  waiting: Waiting,
  cause: (problem: unknown) => Promise<unknown> = async (problem) => problem,
): Promise<T> {
  for (const [tries, seconds] of waits.entries()) {
    try {
      return await read();
    } catch (error) {
      const problem = tries === 0 ? await cause(error) : error;
      if (!(problem instanceof DatabaseFailure) || !problem.transient) throw problem;
      await waiting.wait(Math.max(seconds, retryAfter(problem.said)), problem.brief);
    }
  }
  return await read();
}

/** The longest wait in seconds that a server may ask for. */
const longest = 60;

/** The wait in seconds that a server asked for, if the text has it; otherwise 0. */
function retryAfter(said: string): number {
  const seconds = Number(/retry[- ]after\D{0,5}(\d+)/i.exec(said)?.[1] ?? 0);
  return Math.min(seconds, longest);
}
