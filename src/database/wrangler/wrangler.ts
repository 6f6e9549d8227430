import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import { Cancelled } from "../../lib/problem.js";
import { timedOut } from "../../messages/wrangler.js";
import type { Account, Connection, Placement } from "../../project/connection.js";
import { stateFolderOf } from "../../project/local-state.js";
import { databaseIdAt } from "../../project/targets.js";
import { childEnvironment } from "../child-environment.js";
import {
  type D1Client,
  exportTimeout,
  type ListedDatabase,
  type StatementResult,
  tracing,
} from "../client.js";
import { bookmarkIn, listedIn, nameIn, sqlOf } from "../d1-answers.js";
import { preserveOwnership } from "../ownership.js";
import { type ProcessAnswer, runInTerminal, runProcess } from "../process.js";
import { abortOf, type ClientSettings } from "../settings.js";
import {
  bookmarkArguments,
  createArguments,
  executeArguments,
  exportArguments,
  listArguments,
} from "./arguments.js";
import { withExportStage } from "./export-stage.js";
import type { ProjectWrangler } from "./find-wrangler.js";
import { untilLoginIsSaved } from "./login.js";
import { withOwnConfig } from "./own-config.js";
import { failureOf } from "./wrangler-failures.js";
import { parseAccounts, parseCreatedId, parseFailure, parseJson, parseResults } from "./wrangler-output.js";

/** The client settings that this client needs; `exportSeconds`: see `exportTimeout`. */
type WranglerSettings = Omit<ClientSettings, "engines"> & { exportSeconds?: number };

/**
 * Every start of wrangler waits for the one before it: two at the same time would send the same single-use refresh
 * token, and the login would be lost; and two on one local database would block each other (SQLITE_BUSY).
 */
const oneAtATime = pLimit(1);

/** Accesses a database through wrangler: every start of it goes through here. */
export class Wrangler implements D1Client {
  readonly allowsConcurrency = false;
  readonly remembersAccount = true;
  protected readonly settings: WranglerSettings;

  constructor(settings: WranglerSettings) {
    this.settings = settings;
  }

  async ready(): Promise<void> {
    await this.settings.locate();
  }

  /** Runs in a single start of wrangler. */
  async execute(connection: Connection, statements: string[]): Promise<StatementResult[]> {
    // Valid JSON counts, whatever the exit code: on Windows wrangler may fail while cleaning up afterwards.
    return await withOwnConfig(connection, (bound) =>
      this.read(connection, executeArguments(bound, sqlOf(statements)), parseResults),
    );
  }

  async bookmark(connection: Connection): Promise<string> {
    return await this.read(connection, bookmarkArguments(connection), (stdout) =>
      bookmarkIn(parseJson(stdout)),
    );
  }

  async list(connection: Connection): Promise<ListedDatabase[]> {
    return await this.read(connection, listArguments(connection), (stdout) => {
      const value = parseJson(stdout);
      return Array.isArray(value) ? value.flatMap(listedIn) : null;
    });
  }

  async databaseName(connection: Connection): Promise<string | null> {
    return nameIn(await this.list(connection), databaseIdAt(connection.target, connection.location));
  }

  async create(connection: Connection, name: string, placement: Placement): Promise<string> {
    return await this.read(connection, createArguments(connection, name, placement), parseCreatedId);
  }

  async accounts(connection: Connection): Promise<Account[]> {
    // A remembered account would be used without asking.
    const nothing = mkdtempSync(join(tmpdir(), "kv-manager-accounts-"));
    try {
      // wrangler shows the names only if it does not believe that it runs in CI.
      const env = { CI: "false", WRANGLER_CACHE_DIR: nothing };
      const answer = await this.start(connection, listArguments(connection), env);
      return parseAccounts(parseFailure(answer.stdout, answer.stderr).text);
    } finally {
      rmSync(nothing, { recursive: true, force: true });
    }
  }

  async export(connection: Connection, file: string): Promise<void> {
    const limit = exportTimeout(this.settings.timeoutSeconds, this.settings.exportSeconds);
    await withExportStage(connection, async (staged) => {
      const answer = await this.start(staged, exportArguments(staged, file), {}, limit);
      if (answer.ended === "timeout") throw timedOut("Wrangler", limit);
      if (answer.exitCode !== 0) throw failureOf(answer, connection.location === "local");
    });
  }

  /**
   * Lets the user log in, handing the terminal over to wrangler.
   * @returns false when wrangler reports a failure; whether a true holds shows in the next request
   */
  async login(connection: Connection): Promise<boolean> {
    const { command } = await this.settings.locate();
    const folder = dirname(connection.target.configPath);
    return await oneAtATime(() => runInTerminal([...command, "login"], folder));
  }

  /** See `withNetworkCause`. */
  readonly findCause = async (problem: unknown): Promise<unknown> => {
    const { withNetworkCause } = await import("./network-cause.js");
    return await withNetworkCause(problem, this.settings.env, undefined, abortOf(this.settings));
  };

  private async read<T>(
    connection: Connection,
    args: string[],
    parse: (stdout: string) => T | null,
  ): Promise<T> {
    const answer = await this.start(connection, args);
    if (answer.ended === "timeout") throw timedOut("Wrangler", this.settings.timeoutSeconds);
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
    const abort = abortOf(this.settings);
    if (abort?.aborted) throw new Cancelled();
    const told = tracing(this.settings.trace, commandLine(args));
    const isLocal = connection.location === "local";
    const giveBack = isLocal
      ? preserveOwnership(stateFolderOf(connection.target.configPath, connection.persistTo))
      : () => [];
    // A relative state folder, a `.env` and the record of an account are looked up from the config's folder.
    const cwd = dirname(connection.target.configPath);
    const { account } = connection;
    const chosen = account === null ? {} : { CLOUDFLARE_ACCOUNT_ID: account.id };
    const env = { ...childEnvironment(this.settings.env), ...chosen, ...extra };
    const answer = await runProcess([...command, ...args], {
      ...{ cwd, env, timeoutSeconds, abort },
      beforeEnding: async () => (isLocal ? undefined : await untilLoginIsSaved(env, cwd)),
    });
    const kept = giveBack();
    this.settings.onOwnershipNotRestored?.(kept);
    told(`ended with ${answer.exitCode ?? "no exit code"}`, [answer.stdout, answer.stderr]);
    if (answer.ended === "aborted") throw new Cancelled();
    return answer;
  }
}

/** The command roughly as someone would type it. */
function commandLine(args: string[]): string {
  return ["wrangler", ...args.map((arg) => (/\s/.test(arg) ? JSON.stringify(arg) : arg))].join(" ");
}
