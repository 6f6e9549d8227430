import type { Snapshot } from "../database/snapshot.js";
import type { Connection } from "../project/connection.js";

/** The inspections that were started in the background, before the user has answered all questions. */
export class ReadingsAhead {
  private readonly readings = new Map<
    Connection,
    { reading: Promise<Snapshot>; controller: AbortController }
  >();

  /**
   * Starts one.
   * @param read stops when its signal fires
   */
  begin(connection: Connection, read: (abandoned: AbortSignal) => Promise<Snapshot>): void {
    const controller = new AbortController();
    const reading = read(controller.signal);
    // A failure reaches the caller of `get`; one that is never needed must not be an unhandled rejection.
    reading.catch(() => {});
    this.readings.set(connection, { reading, controller });
  }

  /** Returns the inspection of a database, if one was started. */
  get(connection: Connection): Promise<Snapshot> | undefined {
    return this.readings.get(connection)?.reading;
  }

  /** Aborts those that are not needed: they would delay the next step, and the end of the program. */
  abandonAllBut(wanted: Connection | null): void {
    for (const [connection, { controller }] of this.readings) if (connection !== wanted) controller.abort();
  }
}
