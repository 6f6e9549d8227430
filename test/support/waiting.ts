import type { Waiting } from "../../src/database/retry.js";

/** Does not wait, but records how long and why. `onWait` receives the seconds that would have passed so far. */
export class RecordedWaiting implements Waiting {
  readonly seconds: number[] = [];
  readonly reasons: string[] = [];
  private readonly onWait: (passed: number) => void;

  constructor(onWait: (passed: number) => void = () => {}) {
    this.onWait = onWait;
  }

  /** How long the waits would have taken. */
  get total(): number {
    return this.seconds.reduce((sum, seconds) => sum + seconds, 0);
  }

  async wait(seconds: number, why: string): Promise<void> {
    this.seconds.push(seconds);
    this.reasons.push(why);
    this.onWait(this.total);
  }
}

/** Waits until a condition holds, at most some seconds. */
export async function eventually(holds: () => boolean, seconds = 20): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`after ${seconds} s this did not hold: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
