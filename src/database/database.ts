import { currentFolder } from "../lib/current-folder.js";
import { unknownAnswer } from "../messages/wrangler.js";
import type { Connection } from "../project/connection.js";
import { isKnownLocally } from "../project/local-state.js";
import type { D1Client, StatementResult } from "./client.js";
import { inspectionColumn, inspectionQuery } from "./inspection-query.js";
import { type RestorePoint, restorePointOf } from "./restore-point.js";
import { reading, type Waiting } from "./retry.js";
import { decodeSnapshot, ShapeError, type Snapshot } from "./snapshot.js";

/** One KV Manager database, however it is accessed: it can be inspected, and written to in one batch. */
export class Database {
  readonly connection: Connection;
  private readonly client: D1Client;
  private readonly waiting: Waiting;
  private readonly lostWriteLimit: number;

  /**
   * @param waiting how to wait, and to tell the user so, before a read is retried
   * @param lostWriteLimit seconds after which a remote batch without a response is certainly over
   */
  constructor(client: D1Client, connection: Connection, waiting: Waiting, lostWriteLimit = 31) {
    this.client = client;
    this.connection = connection;
    this.waiting = waiting;
    this.lostWriteLimit = lostWriteLimit;
  }

  /**
   * Seconds until a write without a response is over: D1 ends a query after 30; a local one ends with its processes.
   */
  get lostWriteSeconds(): number {
    return this.connection.location === "local" ? 0 : this.lostWriteLimit;
  }

  /**
   * The current Time Travel bookmark, as a restore point.
   * @returns null for a database that has none: only deployed ones do
   * @throws {Problem} when it cannot be read
   */
  async restorePoint(): Promise<RestorePoint | null> {
    if (this.connection.location !== "remote") return null;
    const { client } = this;
    const bookmark = await reading(() => client.bookmark(this.connection), this.waiting, client.findCause);
    return restorePointOf(this.connection, bookmark, currentFolder());
  }

  /**
   * Whether there may be something to read. A local database that was never written has no file, and querying it would
   * create one.
   */
  exists(): boolean {
    const { target, location, persistTo } = this.connection;
    return location !== "local" || isKnownLocally(target, persistTo) !== false;
  }

  /**
   * Reads the schema; never a row.
   * @param tries 1 to give up at the first failure; otherwise transient failures are retried
   * @throws {Problem} when the schema cannot be read
   */
  async inspect(tries?: 1): Promise<Snapshot> {
    if (!this.exists()) return { tables: [], indexes: [], others: [], triggers: [] };
    const { client } = this;
    const read = async () => snapshotIn(await client.execute(this.connection, [inspectionQuery]), 1);
    return tries === 1 ? await read() : await reading(read, this.waiting, client.findCause);
  }

  /**
   * Sends statements as one batch that ends with the inspection, so that the response shows the schema afterwards. Sent
   * only once: after an error, the caller must read the schema before sending anything again.
   * @returns the schema after the batch, read in the same transaction
   * @throws {Problem} when D1 or the connection to it failed; whether the batch was applied is then unknown
   */
  async write(statements: string[]): Promise<Snapshot> {
    const batch = [...statements, inspectionQuery];
    return snapshotIn(await this.client.execute(this.connection, batch), batch.length);
  }
}

function snapshotIn(results: StatementResult[], statements: number): Snapshot {
  try {
    if (results.length !== statements) throw new ShapeError("the answer", `${statements} results`);
    const text = results.at(-1)?.rows[0]?.[inspectionColumn];
    if (typeof text !== "string") throw new ShapeError("the inspection", "a text");
    return decodeSnapshot(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof SyntaxError)) throw error;
    throw unknownAnswer(error.message);
  }
}
