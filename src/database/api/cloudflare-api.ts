import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Cancelled } from "../../lib/problem.js";
import { tokenAdvice } from "../../messages/api.js";
import { timedOut, unknownAnswer } from "../../messages/wrangler.js";
import type { Account, Connection, Placement } from "../../project/connection.js";
import { databaseIdAt } from "../../project/targets.js";
import { type D1Client, exportTimeout, type ListedDatabase, type StatementResult } from "../client.js";
import { bookmarkIn, listedIn, nameIn, refusePreview, resultsIn, sqlOf } from "../d1-answers.js";
import { ambiguousAccount, DatabaseFailure, failureFrom } from "../failures.js";
import { reasonOf, withCertificateAdvice } from "../network-reason.js";
import { abortOf, type ClientSettings } from "../settings.js";
import type { Credentials } from "./credentials.js";
import { type ApiRequest, askApi, cloudflareFailure } from "./request.js";
import { RequestCache } from "./request-cache.js";

/** The client settings that this client needs. */
type CloudflareApiSettings = Omit<ClientSettings, "engines" | "locate" | "onOwnershipNotRestored"> & {
  credentials: Credentials;
};

/** The most that the API returns per page. */
const perPage = 100;
/** Milliseconds between two polls of an export that is not ready. */
const exportInterval = 500;

/**
 * Accesses a deployed database with a token, through Cloudflare's API itself.
 * Source: the requests of wrangler 4.86 for the same, and https://developers.cloudflare.com/api/resources/d1/
 */
export class CloudflareApi implements D1Client {
  readonly allowsConcurrency = true;
  readonly remembersAccount = false;
  private readonly settings: CloudflareApiSettings;
  private readonly requestCache: RequestCache;

  constructor(settings: CloudflareApiSettings) {
    this.settings = settings;
    this.requestCache = settings.requestCache ?? new RequestCache();
  }

  async ready(): Promise<void> {}

  async execute(connection: Connection, statements: string[]): Promise<StatementResult[]> {
    const answer = await this.askDatabase(connection, "POST", "/query", { sql: sqlOf(statements) });
    if (!Array.isArray(answer)) throw unknownAnswer("no list of results");
    const results = resultsIn(answer);
    if (results === null) throw unknownAnswer("a result without rows");
    return results;
  }

  async bookmark(connection: Connection): Promise<string> {
    refusePreview(connection);
    const bookmark = bookmarkIn(await this.askDatabase(connection, "GET", "/time_travel/bookmark"));
    if (bookmark === null) throw unknownAnswer("no bookmark");
    return bookmark;
  }

  async databaseName(connection: Connection): Promise<string | null> {
    if (this.settings.requestCache !== undefined) return await this.nameInList(connection);
    const { name } = ((await this.askDatabase(connection, "GET", "")) ?? {}) as { name?: unknown };
    return typeof name === "string" ? name : null;
  }

  async list(connection: Connection): Promise<ListedDatabase[]> {
    return await this.allPages(await this.databasesPath(connection), listedIn);
  }

  async create(connection: Connection, name: string, placement: Placement): Promise<string> {
    const { location, jurisdiction } = placement;
    const body = {
      name,
      ...(location === null ? {} : { primary_location_hint: location }),
      ...(jurisdiction === null ? {} : { jurisdiction }),
    };
    const path = await this.databasesPath(connection);
    const { uuid } = ((await this.ask({ method: "POST", path, body })) ?? {}) as { uuid?: unknown };
    if (typeof uuid !== "string") throw unknownAnswer("no id of the new database");
    return uuid;
  }

  async accounts(): Promise<Account[]> {
    const accounts = await this.allAccounts();
    return accounts.length > 1 ? accounts : [];
  }

  async export(connection: Connection, file: string): Promise<void> {
    refusePreview(connection);
    const limit = exportTimeout(this.settings.timeoutSeconds);
    const until = Date.now() + limit * 1000;
    for (let bookmark: string | undefined; ; ) {
      const body = { output_format: "polling", dump_options: {}, current_bookmark: bookmark };
      const answer = ((await this.askDatabase(connection, "POST", "/export", body)) ?? {}) as ExportAnswer;
      if (answer.status === "complete") return await this.download(answer, file, until, limit);
      if (answer.status === "error" || answer.success === false)
        throw cloudflareFailure(String(answer.error ?? "the export failed"));
      if (Date.now() > until) throw timedOut("Cloudflare", limit);
      bookmark = answer.at_bookmark;
      await sleep(exportInterval);
    }
  }

  /**
   * The account id: of the account that was picked, or that the config or the environment names, or of the only one.
   */
  private async accountOf({ account, target }: Connection): Promise<string> {
    const named = account?.id ?? target.accountId ?? this.settings.credentials.accountId;
    if (named !== null) return named;
    return await this.requestCache.get(["account", this.login], () => this.findOnlyAccount());
  }

  /** Looks up the name in the account's list: with several databases, one list has all names. */
  private async nameInList(connection: Connection): Promise<string | null> {
    const account = await this.accountOf(connection);
    const all = await this.requestCache.get(["names", this.login, account], () => this.list(connection));
    return nameIn(all, databaseIdAt(connection.target, connection.location));
  }

  /** Identifies the credentials: two configs may have two tokens. */
  private get login(): unknown {
    const { baseUrl, headers } = this.settings.credentials;
    return [baseUrl, headers];
  }

  private async findOnlyAccount(): Promise<string> {
    const accounts = await this.allAccounts();
    const [only, more] = accounts;
    if (more !== undefined) throw ambiguousAccount(accounts);
    if (only === undefined)
      throw this.advised(cloudflareFailure("Failed to automatically retrieve account IDs"));
    return only.id;
  }

  /** The accounts that the token has access to. Some tokens can list them only as memberships of their user. */
  private async allAccounts(): Promise<Account[]> {
    const member = (entry: unknown) => accountIn((entry as { account?: unknown } | null)?.account);
    try {
      const accounts = await this.allPages("/accounts", accountIn);
      return accounts.length > 0 ? accounts : await this.allPages("/memberships", member);
    } catch (error) {
      if (!(error instanceof DatabaseFailure) || error.code !== "AUTHENTICATION") throw error;
      return await this.allPages("/memberships", member).catch(() => {
        throw error;
      });
    }
  }

  private async allPages<T>(path: string, read: (entry: unknown) => T[]): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const query = `?page=${page}&per_page=${perPage}`;
      const entries = await this.ask({ method: "GET", path: path + query, isList: true });
      if (!Array.isArray(entries)) throw unknownAnswer("no list");
      all.push(...entries.flatMap(read));
      if (entries.length < perPage) return all;
    }
  }

  /** The path of an account's databases. */
  private async databasesPath(connection: Connection): Promise<string> {
    return `/accounts/${encodeURIComponent(await this.accountOf(connection))}/d1/database`;
  }

  private async askDatabase(
    connection: Connection,
    method: ApiRequest["method"],
    rest: string,
    body?: unknown,
  ): Promise<unknown> {
    const id = databaseIdAt(connection.target, connection.location) ?? "";
    const path = `${await this.databasesPath(connection)}/${encodeURIComponent(id)}${rest}`;
    return await this.ask({ method, path, body });
  }

  private async ask(request: ApiRequest): Promise<unknown> {
    try {
      return await askApi(request, { ...this.settings, abort: abortOf(this.settings) });
    } catch (error) {
      if (!(error instanceof DatabaseFailure)) throw error;
      throw withCertificateAdvice(this.advised(error), this.settings.env);
    }
  }

  /** Replaces advice about wrangler's login, which is not involved when there is a token. */
  private advised(failure: DatabaseFailure): DatabaseFailure {
    if (failure.code !== "AUTHENTICATION") return failure;
    return failure.withAdvice(tokenAdvice(this.settings.credentials.names));
  }

  /** @param limit the seconds that the whole export had */
  private async download(
    { result }: ExportAnswer,
    file: string,
    until: number,
    limit: number,
  ): Promise<void> {
    const { signed_url: address } = result ?? {};
    if (typeof address !== "string") throw unknownAnswer("no address of the export");
    const timeout = AbortSignal.timeout(Math.max(until - Date.now(), 1000));
    const abort = abortOf(this.settings);
    const signal = abort === null ? timeout : AbortSignal.any([timeout, abort]);
    try {
      // The address itself is a secret; the token is for the API alone.
      const response = await fetch(address, { signal });
      if (!response.ok || response.body === null)
        throw cloudflareFailure(`HTTP ${response.status} ${response.statusText}`);
      await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
    } catch (error) {
      if (abort?.aborted) throw new Cancelled();
      if (timeout.aborted) throw timedOut("Cloudflare", limit);
      if (error instanceof DatabaseFailure || !(error instanceof Error)) throw error;
      throw failureFrom({ text: reasonOf(error) }, false, "Node");
    }
  }
}

/** The state of an export. */
interface ExportAnswer {
  status?: string;
  success?: boolean;
  error?: unknown;
  at_bookmark?: string;
  result?: { signed_url?: unknown };
}

function accountIn(entry: unknown): Account[] {
  const { id, name } = (entry ?? {}) as { id?: unknown; name?: unknown };
  return typeof id === "string" ? [{ id, name: typeof name === "string" && name !== "" ? name : null }] : [];
}
