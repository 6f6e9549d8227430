import type { Waiting } from "../../src/database/retry.js";

/** Waits no time at all; keeps how long and why. `onWait` hears the seconds that have passed so far. */
export class RecordedWaiting implements Waiting {
  readonly seconds: number[] = [];
  readonly reasons: string[] = [];
  private readonly onWait: (passed: number) => void;

  constructor(onWait: (passed: number) => void = () => {}) {
    this.onWait = onWait;
  }

  /** How long it would have taken. */
  get total(): number {
    return this.seconds.reduce((sum, seconds) => sum + seconds, 0);
  }

  async wait(seconds: number, why: string): Promise<void> {
    this.seconds.push(seconds);
    this.reasons.push(why);
    this.onWait(this.total);
  }
}
