import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Cancelled } from "../../problem.js";
import { wranglerTimedOut } from "../../words/wrangler.js";
import {
  type Account,
  bookmarkArguments,
  type Connection,
  createArguments,
  executeArguments,
  exportArguments,
  listArguments,
  type Placement,
} from "./arguments.js";
import { childEnvironment } from "./child-environment.js";
import { failureOf, WranglerFailure } from "../failures.js";
import type { ProjectWrangler } from "./find-wrangler.js";
import type { Interruption } from "../interruption.js";
import { untilLoginIsSaved } from "./login.js";
import { oneAtATime } from "./one-at-a-time.js";
import { type Kept, keepOwners } from "../owners.js";
import { type ProcessAnswer, runInTerminal, runProcess } from "../process.js";
import {
  parseAccounts,
  parseCreatedId,
  parseFailure,
  parseJson,
  parseResults,
  type StatementResult,
} from "./wrangler-output.js";

/** One finished start of wrangler, for `--debug`. */
export interface WranglerTrace {
  args: string[];
  exitCode: number | null;
  milliseconds: number;
  stdout: string;
  stderr: string;
}

/** What the door to wrangler needs from the outside. */
export interface WranglerSettings {
  /** Finds the project's wrangler; asked for only when something has to be started. */
  locate: () => Promise<ProjectWrangler>;
  timeoutSeconds: number;
  env: NodeJS.ProcessEnv;
  interruption: Interruption;
  trace: (trace: WranglerTrace) => void;
  /** Fires when nobody needs the answer any more. */
  abandoned?: AbortSignal | undefined;
  /** Is told of files of a local state that could not be given back to their owner. */
  notGivenBack?: ((files: Kept[]) => void) | undefined;
  /** Seconds for an export, where `timeoutSeconds` is less. */
  exportSeconds?: number;
}

/** A large database takes its time, but a hanging export must end too. */
const defaultExportSeconds = 30 * 60;

/** A database as `d1 list` gives it. */
export interface ListedDatabase {
  id: string;
  name: string;
}

/** The one door to wrangler: every start of it goes through here. */
export class Wrangler {
  private readonly settings: WranglerSettings;

  constructor(settings: WranglerSettings) {
    this.settings = settings;
  }

  /**
   * Makes sure that wrangler is there.
   * @throws {Problem} when it is not
   */
  async ready(): Promise<void> {
    await this.settings.locate();
  }

  /**
   * Runs SQL against a database in one start of wrangler. Several statements are one transaction.
   * @param connection which database
   * @param sql statements, separated by semicolons
   * @returns one result for each statement
   * @throws {Problem} what wrangler or D1 said, by its code; after a failed write read the schema to know
   *   whether it was carried out
   * @throws {Cancelled} when the user interrupts a read
   */
  async execute(connection: Connection, sql: string): Promise<StatementResult[]> {
    // Good JSON counts, whatever the exit code: on Windows wrangler may fail at tidying up afterwards.
    return await this.read(connection, executeArguments(connection, sql), parseResults);
  }

  /**
   * The Time Travel bookmark of this moment.
   * @throws {Problem} {Cancelled} as `execute`
   */
  async bookmark(connection: Connection): Promise<string> {
    return await this.read(connection, bookmarkArguments(connection), (stdout) => {
      const { bookmark } = (parseJson(stdout) ?? {}) as { bookmark?: unknown };
      return typeof bookmark === "string" && /^[0-9a-z-]{8,}$/i.test(bookmark) ? bookmark : null;
    });
  }

  /**
   * The databases of the account.
   * @throws {Problem} {Cancelled} as `execute`
   */
  async list(connection: Connection): Promise<ListedDatabase[]> {
    return await this.read(connection, listArguments(connection), (stdout) => {
      const value = parseJson(stdout);
      return Array.isArray(value) ? value.flatMap(listed) : null;
    });
  }

  /**
   * Creates a database, sent once.
   * @returns its id
   * @throws {Problem} as `execute`; it may have been created all the same, which `list` shows
   */
  async create(connection: Connection, name: string, placement: Placement): Promise<string> {
    return await this.read(connection, createArguments(connection, name, placement), parseCreatedId);
  }

  /**
   * The accounts that a login reaches, where wrangler needs to be told which one.
   * @returns an empty list where it does not
   */
  async accounts(connection: Connection): Promise<Account[]> {
    // One that it remembers would be used without a question.
    const nothing = mkdtempSync(join(tmpdir(), "kv-manager-accounts-"));
    try {
      // Only where it is not told that it runs in CI does wrangler give the names.
      const env = { CI: "false", WRANGLER_CACHE_DIR: nothing };
      const answer = await this.start(connection, listArguments(connection), env);
      return parseAccounts(parseFailure(answer.stdout, answer.stderr).text);
    } finally {
      rmSync(nothing, { recursive: true, force: true });
    }
  }

  /**
   * Exports a database into a new file. Whether it is whole is for the caller to see.
   * @param file absolute path
   * @throws {Problem} {Cancelled} as `execute`
   */
  async export(connection: Connection, file: string): Promise<void> {
    const { timeoutSeconds, exportSeconds = defaultExportSeconds } = this.settings;
    const limit = Math.max(timeoutSeconds, exportSeconds);
    const answer = await this.start(connection, exportArguments(connection, file), {}, limit);
    if (answer.ended === "timeout") throw wranglerTimedOut(limit);
    if (answer.exitCode !== 0) throw failureOf(answer, connection.location === "local");
  }

  /**
   * Lets the user log in, with the terminal handed over to wrangler.
   * @returns false when wrangler says that it did not work; a true shows in what is asked next
   */
  async login(connection: Connection): Promise<boolean> {
    const { command } = await this.settings.locate();
    const folder = dirname(connection.target.configPath);
    return await oneAtATime(() => runInTerminal([...command, "login"], folder));
  }

  /**
   * Finds out more about a failure of a read, as far as it is the network's, see `withNetworkCause`. Never for a
   * write: what is found says that nothing was sent.
   */
  readonly cause = async (problem: unknown): Promise<unknown> => {
    if (!(problem instanceof WranglerFailure) || problem.code !== "NETWORK") return problem;
    const { withNetworkCause } = await import("./network-cause.js");
    return await withNetworkCause(problem, this.settings.env, undefined, this.abort);
  };

  private async read<T>(
    connection: Connection,
    args: string[],
    parse: (stdout: string) => T | null,
  ): Promise<T> {
    const answer = await this.start(connection, args);
    if (answer.ended === "timeout") throw wranglerTimedOut(this.settings.timeoutSeconds);
    const value = parse(answer.stdout);
    if (value === null) throw failureOf(answer, connection.location === "local");
    return value;
  }

  private async start(
    connection: Connection,
    args: string[],
    env: NodeJS.ProcessEnv = {},
    timeoutSeconds = this.settings.timeoutSeconds,
  ): Promise<ProcessAnswer> {
    const { command } = await this.settings.locate();
    return await oneAtATime(() => this.run(connection, command, args, env, timeoutSeconds));
  }

  private async run(
    connection: Connection,
    command: ProjectWrangler["command"],
    args: string[],
    extra: NodeJS.ProcessEnv,
    timeoutSeconds: number,
  ): Promise<ProcessAnswer> {
    const { trace, notGivenBack } = this.settings;
    const abort = this.abort;
    if (abort?.aborted) throw new Cancelled();
    const began = Date.now();
    const isLocal = connection.location === "local";
    const giveBack = isLocal ? keepOwners(stateOf(connection)) : undefined;
    // A relative state folder and a `.env` count from the config's folder.
    const cwd = connection.runsIn ?? dirname(connection.target.configPath);
    const { account } = connection;
    const chosen = account === null ? {} : { CLOUDFLARE_ACCOUNT_ID: account.id };
    const env = { ...childEnvironment(this.settings.env), ...chosen, ...extra };
    const answer = await runProcess([...command, ...args], {
      ...{ cwd, env, timeoutSeconds, abort },
      beforeEnding: async () => (isLocal ? undefined : await untilLoginIsSaved(env, cwd)),
    });
    const kept = giveBack?.() ?? [];
    if (kept.length > 0) notGivenBack?.(kept);
    const milliseconds = Date.now() - began;
    const { exitCode, stdout, stderr } = answer;
    trace({ args, exitCode, milliseconds, stdout, stderr });
    if (answer.ended === "aborted") throw new Cancelled();
    return answer;
  }

  /** What ends a start early; null while a write is under way, which nothing may end. */
  private get abort(): AbortSignal | null {
    const { interruption, abandoned } = this.settings;
    const { signal } = interruption;
    return signal !== null && abandoned !== undefined ? AbortSignal.any([signal, abandoned]) : signal;
  }
}

/** Where wrangler keeps a local database: beside the config, unless it is told otherwise. */
function stateOf({ persistTo, target }: Connection): string {
  return persistTo ?? join(dirname(target.configPath), ".wrangler", "state");
}

/** An entry of `d1 list`, if it has the shape of one. */
function listed(entry: unknown): ListedDatabase[] {
  const { uuid, name } = (entry ?? {}) as { uuid?: unknown; name?: unknown };
  return typeof uuid === "string" && typeof name === "string" ? [{ id: uuid, name }] : [];
}
