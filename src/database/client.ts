import type { Account, Connection, Placement } from "../project/connection.js";

/** The result of one SQL statement. */
export interface StatementResult {
  rows: Record<string, unknown>[];
}

/** A database as listed by an account. */
export interface ListedDatabase {
  id: string;
  name: string;
}

/** One finished exchange with a database, for `--debug`. */
export interface Trace {
  /** What was asked, such as a command line. Never contains a secret. */
  asked: string;
  /** How it ended, such as `ended with 0`. */
  ended: string;
  milliseconds: number;
  /** Any other output, as printed. */
  said: string[];
}

/**
 * Measures an exchange from now on.
 * @returns what to call when it has ended
 */
export function tracing(
  trace: (trace: Trace) => void,
  asked: string,
): (ended: string, said?: string[]) => void {
  const began = Date.now();
  return (ended, said = []) => trace({ asked, ended, milliseconds: Date.now() - began, said });
}

/**
 * A way to access a database. There are three: the local engine, Cloudflare's API and wrangler; `openClient` chooses.
 * All give the same results, and fail with the same problems.
 */
export interface D1Client {
  /** Whether several requests may run at the same time. */
  readonly allowsConcurrency: boolean;
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
   * @param statements one SQL statement each, without a trailing semicolon
   * @returns one result for each statement
   * @throws {Problem} the failure, by its code; after a failed write, read the schema to find out whether it was
   *   applied
   * @throws {Cancelled} when the user interrupts a read
   */
  execute(connection: Connection, statements: string[]): Promise<StatementResult[]>;

  /**
   * The current Time Travel bookmark of a deployed database.
   * @throws {Problem} {Cancelled} as `execute`
   */
  bookmark(connection: Connection): Promise<string>;

  /**
   * The name of a database in the account: a config may give it a different one.
   * @returns null if the account does not list it
   * @throws {Problem} {Cancelled} as `execute`
   */
  databaseName(connection: Connection): Promise<string | null>;

  /**
   * The databases of the account.
   * @throws {Problem} {Cancelled} as `execute`
   */
  list(connection: Connection): Promise<ListedDatabase[]>;

  /**
   * Creates a database; the request is sent only once.
   * @returns its id
   * @throws {Problem} as `execute`; it may have been created anyway, which `list` shows
   */
  create(connection: Connection, name: string, placement: Placement): Promise<string>;

  /**
   * The accounts to choose from, if one must be specified.
   * @returns an empty list if that is not necessary
   */
  accounts(connection: Connection): Promise<Account[]>;

  /**
   * Exports a database into a file. The caller checks whether it is complete.
   * @param file absolute path of an existing, empty file
   * @throws {Problem} {Cancelled} as `execute`
   */
  export(connection: Connection, file: string): Promise<void>;

  /**
   * Finds out more about a failed read, if it is the network's fault and the problem does not have the reason yet.
   * Never for a write: the result says that nothing was sent.
   * @returns a problem that says more, or the same one
   */
  readonly findCause?: (problem: unknown) => Promise<unknown>;
}

/** The timeout for an export in seconds: at least half an hour, since a large database takes its time. */
export function exportTimeout(timeoutSeconds: number, least = 30 * 60): number {
  return Math.max(timeoutSeconds, least);
}
