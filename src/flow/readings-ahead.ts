import type { Snapshot } from "../database/snapshot.js";
import type { Connection } from "../project/connection.js";

/** The inspections that have begun unseen, before the user has answered all questions. */
export class ReadingsAhead {
  private readonly readings = new Map<
    Connection,
    { reading: Promise<Snapshot>; controller: AbortController }
  >();

  /**
   * Begins one.
   * @param read ends when its signal fires
   */
  begin(connection: Connection, read: (abandoned: AbortSignal) => Promise<Snapshot>): void {
    const controller = new AbortController();
    const reading = read(controller.signal);
    // Whoever needs it hears of a failure then.
    reading.catch(() => {});
    this.readings.set(connection, { reading, controller });
  }

  /** The one of a database, if it was begun. */
  get(connection: Connection): Promise<Snapshot> | undefined {
    return this.readings.get(connection)?.reading;
  }

  /** Ends those that nobody waits for: what is done next would have to wait for them, and so would the user's shell. */
  abandonAllBut(wanted: Connection | null): void {
    for (const [connection, { controller }] of this.readings) if (connection !== wanted) controller.abort();
  }
}
