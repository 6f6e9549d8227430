import type { Account, Connection, Placement } from "../project/connection.js";

/** The result of one SQL statement. */
export interface StatementResult {
  rows: Record<string, unknown>[];
}

/** A database as an account lists it. */
export interface ListedDatabase {
  id: string;
  name: string;
}

/** One finished exchange with a database, for `--debug`. */
export interface Trace {
  /** What was asked, such as a command line. Never has a secret. */
  asked: string;
  /** How it ended, such as `ended with 0`. */
  ended: string;
  milliseconds: number;
  /** What came back besides, as printed. */
  said: string[];
}

/**
 * A way to a database. There are three: the local engine, Cloudflare's API and wrangler; `openClient` chooses. All
 * answer the same, and fail with the same problems.
 */
export interface D1Client {
  /** Whether several things may be asked at once. */
  readonly sideBySide: boolean;
  /** Whether it may use an account that wrangler remembers from an earlier choice. */
  readonly remembersAccount: boolean;

  /**
   * Makes sure that it can be used, before anything is sent.
   * @throws {Problem} when it cannot
   */
  ready(): Promise<void>;

  /**
   * Runs statements as one transaction.
   * @param connection which database
   * @param statements each one statement of SQL, without a semicolon at its end
   * @returns one result for each statement
   * @throws {Problem} what was said of the failure, by its code; after a failed write read the schema to know
   *   whether it was carried out
   * @throws {Cancelled} when the user interrupts a read
   */
  execute(connection: Connection, statements: string[]): Promise<StatementResult[]>;

  /**
   * The Time Travel bookmark of this moment, of a deployed database.
   * @throws {Problem} {Cancelled} as `execute`
   */
  bookmark(connection: Connection): Promise<string>;

  /**
   * The name under which the account has a database: a config may give it another one.
   * @returns null where the account does not list it
   * @throws {Problem} {Cancelled} as `execute`
   */
  databaseName(connection: Connection): Promise<string | null>;

  /**
   * The databases of the account.
   * @throws {Problem} {Cancelled} as `execute`
   */
  list(connection: Connection): Promise<ListedDatabase[]>;

  /**
   * Creates a database, sent once.
   * @returns its id
   * @throws {Problem} as `execute`; it may have been created all the same, which `list` shows
   */
  create(connection: Connection, name: string, placement: Placement): Promise<string>;

  /**
   * The accounts to choose from, where it has to be said which one.
   * @returns an empty list where it need not
   */
  accounts(connection: Connection): Promise<Account[]>;

  /**
   * Exports a database into a file. Whether it is whole is for the caller to see.
   * @param file absolute path of a file that is there and empty
   * @throws {Problem} {Cancelled} as `execute`
   */
  export(connection: Connection, file: string): Promise<void>;

  /**
   * Finds out more about a failed read, as far as it is the network's. Never for a write: what is found says that
   * nothing was sent.
   * @returns a problem that says more, or the same one
   */
  readonly cause: (problem: unknown) => Promise<unknown>;
}

/** The longest time for an export, in seconds, where that of other work is less: a large database takes its time. */
export const exportSeconds = 30 * 60;
