import { dirname } from "node:path";
import { Cancelled, Problem } from "../problem.js";
import type { Location, Target } from "../project/targets.js";
import type { WranglerPackage } from "../project/wrangler-package.js";
import { failureFrom } from "./failures.js";
import type { Interruption } from "./interruption.js";
import { runProcess } from "./process.js";
import { parseFailure, parseResults, type StatementResult } from "./wrangler-output.js";

/** A database and the copy of it that is meant. `persistTo` is an absolute state folder, for local ones. */
export interface Connection {
  target: Target;
  location: Location;
  persistTo: string | null;
}

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
  locate: () => Promise<WranglerPackage>;
  timeoutSeconds: number;
  env: NodeJS.ProcessEnv;
  interruption: Interruption;
  trace: (trace: WranglerTrace) => void;
}

/** The one door to wrangler: every start of it goes through here. */
export class Wrangler {
  private readonly settings: WranglerSettings;

  constructor(settings: WranglerSettings) {
    this.settings = settings;
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
    const answer = await this.start(connection, executeArguments(connection, sql));
    const results = answer.ended === "timeout" ? null : parseResults(answer.stdout);
    // Good JSON counts, whatever the exit code: on Windows wrangler may fail at tidying up afterwards.
    if (results !== null) return results;
    if (answer.ended === "timeout")
      throw new Problem(
        "TIMEOUT",
        `Wrangler did not answer within ${this.settings.timeoutSeconds} seconds and was ended.`,
        "Run this again; --timeout SECONDS gives it longer.",
      );
    throw failureFrom(parseFailure(answer.stdout, answer.stderr), connection);
  }

  private async start({ target }: Connection, args: string[]) {
    const { locate, timeoutSeconds, interruption, trace } = this.settings;
    const { script } = await locate();
    if (interruption.signal?.aborted) throw new Cancelled();
    const began = performance.now();
    const answer = await runProcess([script, ...args], {
      // A relative state folder and a `.env` count from the config's folder.
      cwd: dirname(target.configPath),
      env: childEnvironment(this.settings.env),
      timeoutSeconds,
      abort: interruption.signal,
    });
    const milliseconds = Math.round(performance.now() - began);
    trace({
      args,
      exitCode: answer.exitCode,
      milliseconds,
      stdout: answer.stdout,
      stderr: answer.stderr,
    });
    if (answer.ended === "aborted") throw new Cancelled();
    return answer;
  }
}

/**
 * The arguments of one `d1 execute`. `--env=` is always given, since CLOUDFLARE_ENV would decide otherwise;
 * `--command=` in one word, since SQL may begin with a dash. Never `--file`: it takes a remote database offline.
 */
export function executeArguments({ target, location, persistTo }: Connection, sql: string): string[] {
  return [
    ...["d1", "execute", target.wranglerName],
    location === "local" ? "--local" : "--remote",
    ...(location === "preview" ? ["--preview"] : []),
    `--config=${target.configPath}`,
    `--env=${target.env ?? ""}`,
    ...(persistTo === null ? [] : [`--persist-to=${persistTo}`]),
    "--json",
    `--command=${sql}`,
  ];
}

/** wrangler's environment: ours, without what would make it ask, chat, colour or choose another environment. */
function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { CLOUDFLARE_ENV: _env, WRANGLER_LOG: _log, FORCE_COLOR: _color, ...rest } = env;
  return {
    ...rest,
    CI: "true",
    NO_COLOR: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  };
}
