import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { D1Engine, type DumpOptions, isWrite, LoopbackDatabase, SqlRefused } from "./loopback-d1.js";
import { type Endpoint, Faults, type FinalFault } from "./loopback-faults.js";
import { LoopbackLogin } from "./loopback-login.js";

/** A Cloudflare account. */
export interface LoopbackAccount {
  id: string;
  name: string;
}

/** The account to use when none is given. */
export const defaultAccount: LoopbackAccount = {
  id: "0123456789abcdef0123456789abcdef",
  name: "Loopback account",
};

/** How to start the server. */
export interface LoopbackOptions {
  /** The accounts that the token can access; only `defaultAccount` unless given. */
  accounts?: LoopbackAccount[];
  /** Initial databases, in the first account unless given. */
  databases?: { id: string; name: string; accountId?: string }[];
  /** The only accepted token. */
  token?: string;
  /** Whether `env` names the first account in CLOUDFLARE_ACCOUNT_ID. */
  accountInEnv?: boolean;
  /** How many databases and restores there can be; 40 unless given. */
  slots?: number;
}

/** A request as received, in order. */
export interface RecordedRequest {
  method: string;
  /** With the query string, without `/client/v4`. */
  path: string;
  endpoint: Endpoint;
  databaseId: string | null;
  sql?: string;
  /** Whether a statement in `sql` does more than read; also true for `restore` and `create`. */
  writes: boolean;
  /** Whether the work was done, even if the response did not arrive; for SQL, whether it was committed. */
  executed: boolean;
  /** The HTTP status that was sent; null without a response. */
  status: number | null;
  /** Whether there was a token; the token itself is not recorded. */
  headers: { authorization: boolean };
  /** Milliseconds since 1970; `endedAt` is null until there is a response or the connection has ended. */
  startedAt: number;
  endedAt: number | null;
}

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

interface Call {
  record: RecordedRequest;
  accountId: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  text: string;
}

class ApiFailure extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const routes: [method: string, pattern: RegExp, endpoint: Endpoint][] = [
  ["GET", /^\/user$/, "user"],
  ["GET", /^\/user\/tokens\/verify$/, "token"],
  ["GET", /^\/memberships$/, "memberships"],
  ["GET", /^\/accounts$/, "accounts"],
  ["GET", /^\/accounts\/(?<account>[^/]+)\/d1\/database$/, "list"],
  ["POST", /^\/accounts\/(?<account>[^/]+)\/d1\/database$/, "create"],
  ["GET", /^\/accounts\/(?<account>[^/]+)\/d1\/database\/(?<database>[^/]+)$/, "database"],
  [
    "POST",
    /^\/accounts\/(?<account>[^/]+)\/d1\/database\/(?<database>[^/]+)\/(?<action>query|raw|import|export)$/,
    "query",
  ],
  [
    "GET",
    /^\/accounts\/(?<account>[^/]+)\/d1\/database\/(?<database>[^/]+)\/time_travel\/bookmark$/,
    "bookmark",
  ],
  [
    "POST",
    /^\/accounts\/(?<account>[^/]+)\/d1\/database\/(?<database>[^/]+)\/time_travel\/restore$/,
    "restore",
  ],
  ["POST", /^\/oauth2\/token$/, "login"],
  ["GET", /^\/download\/(?<file>[^/]+)$/, "download"],
];

const root = "/client/v4";
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Cloudflare's v4 API for D1 on 127.0.0.1, with real D1 databases behind it. See `startLoopbackApi`. */
export class LoopbackApi {
  /** What goes wrong; push rules to it, set its length to 0 to remove them all. */
  readonly faults = new Faults();
  /** Every request so far. */
  readonly requests: RecordedRequest[] = [];
  /** For CLOUDFLARE_API_BASE_URL. */
  readonly baseUrl: string;
  /** The environment that points wrangler to this server, and away from the caller's login, logs and cache. */
  readonly env: Record<string, string>;
  readonly accounts: LoopbackAccount[];
  /** Valid as a token, and as a global key together with the address. */
  readonly token: string;
  readonly email = "somebody@example.test";
  private readonly folder = mkdtempSync(join(tmpdir(), "loopback-api-"));
  private readonly databases = new Map<string, LoopbackDatabase>();
  private readonly logins: LoopbackLogin[] = [];
  private readonly downloads = new Map<string, { signature: string; sql: string }>();
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly engine: D1Engine;
  private readonly server: Server;

  /** @internal Use `startLoopbackApi`. */
  constructor(engine: D1Engine, server: Server, options: LoopbackOptions) {
    this.engine = engine;
    this.server = server;
    this.accounts = options.accounts ?? [defaultAccount];
    this.token = options.token ?? "loopback-token";
    this.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${root}`;
    this.env = {
      CLOUDFLARE_API_BASE_URL: this.baseUrl,
      CLOUDFLARE_API_TOKEN: this.token,
      // Otherwise wrangler uses the account in node_modules, which the test projects share.
      WRANGLER_CACHE_DIR: join(this.folder, "cache"),
      WRANGLER_LOG_PATH: join(this.folder, "logs"),
      XDG_CONFIG_HOME: join(this.folder, "config"),
    };
    const [first] = this.accounts;
    if (options.accountInEnv && first) this.env.CLOUDFLARE_ACCOUNT_ID = first.id;
    for (const database of options.databases ?? []) this.addDatabase(database);
    server.on("request", (request, response) => {
      const work = this.handle(request, response).catch(() => void request.socket.destroy());
      this.running.add(work);
      void work.finally(() => this.running.delete(work));
    });
  }

  /**
   * Adds an empty database.
   * @throws {Error} when all slots are used
   */
  addDatabase({ id, name, accountId }: { id: string; name: string; accountId?: string }): LoopbackDatabase {
    const owner = accountId ?? this.accounts[0]?.id ?? defaultAccount.id;
    const database = new LoopbackDatabase(this.engine, id, name, owner);
    this.databases.set(id.toLowerCase(), database);
    return database;
  }

  /** Creates a login with the same access as the token. */
  addLogin(): LoopbackLogin {
    const folder = mkdtempSync(join(this.folder, "home-"));
    const login = new LoopbackLogin(folder, `${this.baseUrl}/oauth2/token`);
    this.logins.push(login);
    return login;
  }

  /**
   * Runs SQL directly, in one transaction and within D1's limits. It is not recorded, and no fault applies.
   * @throws {SqlRefused} with D1's message
   */
  async exec(databaseId: string, sql: string): Promise<void> {
    await this.known(databaseId).run(sql);
  }

  /** The rows of the last statement, see `exec`. */
  async query(databaseId: string, sql: string): Promise<Record<string, unknown>[]> {
    return (await this.known(databaseId).run(sql)).at(-1)?.results ?? [];
  }

  /** The SQL that makes a database with the same content: equal dumps mean equal databases. */
  dump(databaseId: string): Promise<string> {
    return this.known(databaseId).dump();
  }

  /** Stops everything (connections, waits, workerd) and deletes all files. */
  async close(): Promise<void> {
    this.closing.abort();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await Promise.all(this.running);
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private known(databaseId: string): LoopbackDatabase {
    const database = this.databases.get(databaseId.toLowerCase());
    if (database === undefined) throw new Error(`There is no database ${databaseId}.`);
    return database;
  }

  /** As at Cloudflare, a client that disconnects does not stop the work. */
  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    const { record } = call;
    this.requests.push(record);
    response.once("close", () => {
      record.endedAt = Date.now();
    });
    const { before, after, fault } = this.faults.choose(record);
    await this.wait(before);
    if (fault !== null && fault.kind !== "half" && fault.when !== "after") {
      this.spoil(fault, record, response);
      return;
    }
    const answer = await this.answer(call, request.headers);
    await this.wait(after);
    if (fault === null) send(answer, record, response);
    else this.spoil(fault, record, response, answer);
  }

  private async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: this.closing.signal });
  }

  private spoil(fault: FinalFault, record: RecordedRequest, response: ServerResponse, answer?: Answer): void {
    if (fault.kind === "hang") return;
    if (fault.kind === "cut") response.destroy();
    else if (fault.kind === "fail")
      send(failure(fault.status, fault.code, fault.message, fault.headers), record, response);
    else if (fault.kind === "nonsense") {
      const headers = { "content-type": fault.contentType ?? "text/html; charset=UTF-8" };
      send({ status: fault.status ?? 200, body: fault.body, headers }, record, response);
    } else if (answer) {
      const bytes = Buffer.from(answer.body);
      record.status = answer.status;
      response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
    }
  }

  private async answer(call: Call, headers: IncomingHttpHeaders): Promise<Answer> {
    try {
      if (call.record.endpoint === "download") return this.download(call);
      if (call.record.endpoint === "login") return await this.renew(new URLSearchParams(call.text));
      const { authorization } = headers;
      const isKnown =
        (headers["x-auth-key"] === this.token && headers["x-auth-email"] === this.email) ||
        authorization === `Bearer ${this.token}` ||
        this.logins.some((login) => login.accepts(authorization));
      if (!isKnown) throw new ApiFailure(403, 10000, "Authentication error");
      const result = await this.result(call);
      call.record.executed = true;
      return success(result);
    } catch (error) {
      if (error instanceof ApiFailure) return failure(error.status, error.code, error.message);
      if (error instanceof SqlRefused) return failure(400, 7500, error.message);
      return failure(500, 7500, `The loopback server itself failed: ${String(error)}`);
    }
  }

  private async renew(form: URLSearchParams): Promise<Answer> {
    const login = this.logins.find((one) => one.owns(form));
    const { status, body } = (await login?.exchange(form)) ?? {
      status: 400,
      body: { error: "invalid_grant" },
    };
    return { status, body: JSON.stringify(body), headers: json };
  }

  private async result(call: Call): Promise<{ result: unknown; info?: object }> {
    const { record, query, accountId } = call;
    switch (record.endpoint) {
      case "user":
        return { result: { id: "loopback-user", email: "user@example.com" } };
      case "token":
        return { result: { id: "loopback-token-id", status: "active" } };
      case "accounts":
        return page(this.accounts, query);
      case "memberships":
        return page(
          this.accounts.map((account) => ({ id: `member-${account.id}`, status: "accepted", account })),
          query,
        );
      case "unknown":
        throw new ApiFailure(
          404,
          7003,
          `Could not route to ${record.path}, perhaps your object identifier is invalid?`,
        );
    }
    if (!this.accounts.some(({ id }) => id === accountId))
      throw new ApiFailure(
        403,
        7403,
        "The given account is not valid or is not authorized to access this service",
      );
    if (record.endpoint === "list") {
      const name = query.get("name") ?? "";
      const all = [...this.databases.values()].filter((database) => database.accountId === accountId);
      return page(all.filter((database) => database.name.includes(name)).map(listed), query);
    }
    if (record.endpoint === "create") return { result: this.create(call) };
    return { result: await this.databaseResult(call, this.found(call)) };
  }

  private create({ record, accountId, body }: Call): object {
    const name = typeof body.name === "string" ? body.name : "";
    if (name === "") throw new ApiFailure(400, 7400, "Invalid property: name => Required");
    const taken = [...this.databases.values()].some(
      (one) => one.accountId === accountId && one.name === name,
    );
    if (taken) throw new ApiFailure(400, 7502, "A database with that name already exists");
    const database = this.addDatabase({ id: randomUUID(), name, accountId });
    record.databaseId = database.id;
    const place = body.jurisdiction ? { jurisdiction: body.jurisdiction } : { created_in_region: "WEUR" };
    return { ...listed(database), ...place };
  }

  private found({ record, accountId }: Call): LoopbackDatabase {
    const id = record.databaseId ?? "";
    if (!uuid.test(id)) throw new ApiFailure(400, 7400, "Invalid property: databaseId => Invalid uuid");
    const database = this.databases.get(id.toLowerCase());
    if (database?.accountId !== accountId)
      throw new ApiFailure(404, 7404, `The database ${id} could not be found`);
    return database;
  }

  private async databaseResult(call: Call, database: LoopbackDatabase): Promise<unknown> {
    const { record, body, query } = call;
    switch (record.endpoint) {
      case "query":
      case "raw": {
        const params = Array.isArray(body.params) ? body.params : undefined;
        const outcomes = await database.run(record.sql ?? "", params);
        if (record.endpoint === "query") return outcomes;
        return outcomes.map(({ results, ...rest }) => ({
          ...rest,
          results: { columns: Object.keys(results[0] ?? {}), rows: results.map((row) => Object.values(row)) },
        }));
      }
      case "import":
        throw new ApiFailure(400, 7500, "This server does no imports: they take a database offline");
      case "export":
        return await this.export(call, database);
      case "bookmark": {
        const bookmark = database.bookmark(timeOf(query));
        if (bookmark === null)
          throw new ApiFailure(400, 7400, "The timestamp is before the database was created");
        return { bookmark };
      }
      case "restore": {
        const bookmark =
          query.get("bookmark") ?? (query.has("timestamp") ? database.bookmark(timeOf(query)) : null);
        const previous = await database.restore(bookmark ?? "");
        if (previous === null) throw new ApiFailure(400, 7400, "The bookmark is not one of this database");
        return { bookmark, previous_bookmark: previous, message: "Database restored" };
      }
      default: {
        const tables = await database.run("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'");
        const [{ results: rows = [], meta = {} } = {}] = tables;
        return { ...listed(database), num_tables: rows[0]?.n, file_size: meta.size_after };
      }
    }
  }

  /** Like D1, not ready on the first request; wrangler then retries with the bookmark that it received. */
  private async export({ body }: Call, database: LoopbackDatabase): Promise<object> {
    const bookmark = database.bookmark();
    const answer = { success: true, type: "export", at_bookmark: bookmark, messages: [] as string[] };
    if (typeof body.current_bookmark !== "string")
      return { ...answer, status: "active", messages: ["Generating database dump"] };
    const filename = `${randomBytes(8).toString("hex")}.sql`;
    const signature = randomBytes(32).toString("hex");
    const sql = await database.dump((body.dump_options ?? {}) as DumpOptions);
    this.downloads.set(filename, { signature, sql });
    const address = `${this.baseUrl}/download/${filename}?X-Amz-Expires=3600&X-Amz-Signature=${signature}`;
    return { ...answer, status: "complete", result: { filename, signed_url: address } };
  }

  private download({ record, query }: Call): Answer {
    const name = /^\/download\/([^/?]+)/.exec(record.path)?.[1] ?? "";
    const file = this.downloads.get(name);
    const headers = { "content-type": "application/sql" };
    if (file === undefined || query.get("X-Amz-Signature") !== file.signature)
      return { status: 403, body: "<Error><Code>SignatureDoesNotMatch</Code></Error>", headers };
    record.executed = true;
    return { status: 200, body: file.sql, headers };
  }
}

/**
 * Starts a server that answers as Cloudflare's v4 API does for D1.
 *
 * The SQL runs on D1's own engine with its limits, and Time Travel really restores. The texts for unknown bookmarks and
 * for times before the creation are invented, because Cloudflare's have not been seen.
 * @returns the server, listening on 127.0.0.1; the caller must `close` it
 */
export async function startLoopbackApi(options: LoopbackOptions = {}): Promise<LoopbackApi> {
  const engine = await D1Engine.start(options.slots ?? 40);
  const server = createServer({ keepAliveTimeout: 60_000 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new LoopbackApi(engine, server, options);
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const pathname = url.pathname.startsWith(root) ? url.pathname.slice(root.length) : url.pathname;
  const method = request.method ?? "GET";
  const route = routes.find(([verb, pattern]) => verb === method && pattern.test(pathname));
  const { account, database, action } = route?.[1].exec(pathname)?.groups ?? {};
  const endpoint = (action as Endpoint | undefined) ?? route?.[2] ?? "unknown";
  const text = Buffer.concat(chunks).toString("utf8");
  const body = parseBody(text);
  const sql = typeof body.sql === "string" ? body.sql : undefined;
  const record: RecordedRequest = {
    method,
    path: pathname + url.search,
    endpoint,
    databaseId: database === undefined ? null : decodeURIComponent(database),
    ...(sql === undefined ? {} : { sql }),
    writes: endpoint === "create" || endpoint === "restore" || (sql !== undefined && isWrite(sql)),
    executed: false,
    status: null,
    headers: { authorization: request.headers.authorization !== undefined },
    startedAt: Date.now(),
    endedAt: null,
  };
  return { record, accountId: account ?? "", query: url.searchParams, body, text };
}

function parseBody(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function send(answer: Answer, record: RecordedRequest, response: ServerResponse): void {
  record.status = answer.status;
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

const json = { "content-type": "application/json" };

function success({ result, info }: { result: unknown; info?: object }): Answer {
  const envelope = {
    result,
    success: true,
    errors: [],
    messages: [],
    ...(info ? { result_info: info } : {}),
  };
  return { status: 200, body: JSON.stringify(envelope), headers: json };
}

function failure(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const envelope = { result: null, success: false, errors: [{ code, message }], messages: [] };
  return { status, body: JSON.stringify(envelope), headers: { ...json, ...headers } };
}

function page<T>(all: T[], query: URLSearchParams): { result: T[]; info: object } {
  const number = Number(query.get("page") ?? 1);
  const size = Number(query.get("per_page") ?? 20);
  const result = all.slice((number - 1) * size, number * size);
  const info = { page: number, per_page: size, count: result.length, total_count: all.length };
  return { result, info };
}

function listed({ id, name, createdAt }: LoopbackDatabase) {
  return { uuid: id, name, version: "production", created_at: createdAt, num_tables: 0, file_size: 12_288 };
}

function timeOf(query: URLSearchParams): number {
  const timestamp = query.get("timestamp");
  return timestamp === null ? Number.POSITIVE_INFINITY : Date.parse(timestamp);
}
