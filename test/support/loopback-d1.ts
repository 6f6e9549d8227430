import { createHash, createHmac, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import Database from "libsql";
import type { Miniflare } from "miniflare";

/** The result of one statement, as D1 returns it. */
export interface StatementOutcome {
  results: Record<string, unknown>[];
  success: true;
  meta: Record<string, unknown>;
}

/** What D1's export can leave out. */
export interface DumpOptions {
  no_schema?: boolean;
  no_data?: boolean;
  tables?: string[];
}

/** D1 refused a statement; the message is D1's own and nothing was changed. */
export class SqlRefused extends Error {}

/** A point in a database's history that it can be restored to. */
interface Moment {
  bookmark: string;
  time: number;
  /** The copied database file; there may be a `-wal` file next to it. */
  copy: string;
}

/**
 * Real D1 databases on workerd, as many as there are slots. A slot is used by one database only, and a restored
 * database moves to a fresh one, since a file that workerd has open cannot be replaced.
 */
export class D1Engine {
  private readonly folder: string;
  private readonly template: string;
  private readonly miniflare: Miniflare;
  private readonly slots: number;
  private used = 0;
  private copies = 0;

  private constructor(folder: string, template: string, miniflare: Miniflare, slots: number) {
    this.folder = folder;
    this.template = template;
    this.miniflare = miniflare;
    this.slots = slots;
  }

  /**
   * Starts workerd with empty databases in a temporary folder.
   * @param slots how many databases there can be in total, including restores
   */
  static async start(slots: number): Promise<D1Engine> {
    const folder = mkdtempSync(join(tmpdir(), "loopback-d1-"));
    const names = Array.from({ length: slots }, (_, slot) => [`SLOT${slot}`, `slot${slot}`]);
    const miniflare = withTemporaryFolder(
      folder,
      () =>
        new (loadMiniflare())({
          modules: true,
          script: worker,
          compatibilityDate: "2025-11-01",
          host: "127.0.0.1",
          port: 0,
          // Otherwise Miniflare fetches a file from the internet when it starts.
          cf: false,
          d1Databases: Object.fromEntries(names),
          d1Persist: folder,
          handleRuntimeStdio: (stdout: Readable, stderr: Readable) => void [stdout.resume(), stderr.resume()],
        }),
    );
    await miniflare.ready;
    return new D1Engine(folder, makeTemplate(folder), miniflare, slots);
  }

  /**
   * Returns a slot that was never used.
   * @param copy a saved state to start from, see `save`; without it, the database is as D1 creates one
   * @throws {Error} when all are used
   */
  open(copy = this.template): number {
    if (this.used === this.slots) throw new Error(`All ${this.slots} database slots are used: ask for more.`);
    const slot = this.used++;
    copyDatabase(copy, this.file(slot));
    return slot;
  }

  /** Copies the current state of a slot and returns the copy's file. Nothing may be writing to it. */
  save(slot: number): string {
    const copy = join(this.folder, `copy${this.copies++}.sqlite`);
    copyDatabase(this.file(slot), copy);
    return copy;
  }

  /**
   * Runs statements as one transaction.
   * @throws {SqlRefused} when D1 refuses one; none takes effect then
   */
  async batch(slot: number, statements: { sql: string; params?: unknown[] }[]): Promise<StatementOutcome[]> {
    return (await this.ask({ slot: `SLOT${slot}`, statements })) as StatementOutcome[];
  }

  /** The SQL that makes a database with the same content. */
  async dump(slot: number, { no_schema, no_data, tables }: DumpOptions): Promise<string> {
    const dump = [Boolean(no_schema), Boolean(no_data), ...(tables ?? [])];
    return ((await this.ask({ slot: `SLOT${slot}`, dump })) as string[][])[0]?.join("\n") ?? "";
  }

  /** Stops workerd and deletes every file. */
  async close(): Promise<void> {
    await this.miniflare.dispose();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async ask(body: object): Promise<unknown> {
    const response = await this.miniflare.dispatchFetch("http://engine/", {
      method: "POST",
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { ok?: unknown; error?: string };
    if (answer.error !== undefined) throw new SqlRefused(answer.error.replace(/^D1_ERROR: /, ""));
    return answer.ok;
  }

  /** How Miniflare names the file of a database. */
  private file(slot: number): string {
    const object = "miniflare-D1DatabaseObject";
    const key = createHash("sha256").update(object).digest();
    const hash = (data: Buffer | string) => createHmac("sha256", key).update(data).digest().subarray(0, 16);
    const name = hash(`slot${slot}`);
    const file = `${Buffer.concat([name, hash(name)]).toString("hex")}.sqlite`;
    return join(this.folder, object, file);
  }
}

/** One database with its history. Like D1, it does one piece of work at a time. */
export class LoopbackDatabase {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly createdAt = new Date().toISOString();
  private readonly engine: D1Engine;
  private readonly moments: Moment[] = [];
  private slot: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(engine: D1Engine, id: string, name: string, accountId: string) {
    this.engine = engine;
    this.id = id;
    this.name = name;
    this.accountId = accountId;
    this.slot = engine.open();
    this.remember();
  }

  /**
   * Runs SQL as one transaction.
   * @param sql statements, separated by semicolons
   * @param params values for the placeholders of a single statement
   * @returns one outcome for each statement
   * @throws {SqlRefused} when D1 refuses a statement
   */
  run(sql: string, params?: unknown[]): Promise<StatementOutcome[]> {
    return this.next(async () => {
      const statements = splitStatements(sql).map((one) => ({ sql: one }));
      const [first] = statements;
      const bound = params?.length && first && statements.length === 1 ? [{ ...first, params }] : statements;
      const outcomes = await this.engine.batch(this.slot, bound);
      if (statements.some((one) => isWrite(one.sql))) this.remember();
      return outcomes;
    });
  }

  /** The SQL that makes a database with the same content. */
  dump(options: DumpOptions = {}): Promise<string> {
    return this.next(() => this.engine.dump(this.slot, options));
  }

  /**
   * Returns the bookmark of the current state, or of an earlier one.
   * @param time milliseconds since 1970
   * @returns null for a time before the database was created
   */
  bookmark(time = Number.POSITIVE_INFINITY): string | null {
    return this.moments.findLast((moment) => moment.time <= time)?.bookmark ?? null;
  }

  /**
   * Restores the database to a bookmark. Earlier and later bookmarks stay valid.
   * @returns the bookmark of the state that was overwritten; null for an unknown bookmark
   */
  restore(bookmark: string): Promise<string | null> {
    return this.next(async () => {
      const moment = this.moments.find((known) => known.bookmark === bookmark);
      const previous = this.bookmark();
      if (moment === undefined) return null;
      this.slot = this.engine.open(moment.copy);
      this.remember();
      return previous;
    });
  }

  private remember(): void {
    // Like D1's own, bookmarks sort by age.
    const number = this.moments.length.toString(16).padStart(8, "0");
    const bookmark = `${number}-00000000-00004c6d-${randomBytes(16).toString("hex")}`;
    this.moments.push({ bookmark, time: Date.now(), copy: this.engine.save(this.slot) });
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }
}

const wordOrMark =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}_][\p{L}\p{N}_$]*|[;()]|\S/gu;

/**
 * Splits SQL into statements. Semicolons in strings, comments, quoted names and the bodies of triggers do not
 * count. Pieces without any statement are left out.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let words: string[] = [];
  const finish = (end: number) => {
    if (words.length > 0) statements.push(sql.slice(start, end).trim());
    [start, words] = [end + 1, []];
  };
  for (const { 0: token, index } of sql.matchAll(wordOrMark)) {
    if (isComment(token)) continue;
    const inTrigger = /^CREATE (?:TEMP |TEMPORARY )?TRIGGER\b/.test(words.slice(0, 3).join(" "));
    // A trigger ends at the semicolon after an END that itself follows a semicolon, as in SQLite's own shell.
    const ends = !inTrigger || words.slice(-2).join(" ") === "; END";
    if (token === ";" && ends) finish(index);
    else words.push(token.toUpperCase());
  }
  finish(sql.length);
  return statements;
}

/** Whether any statement does more than read: not SELECT, VALUES, PRAGMA, EXPLAIN, WITH … SELECT. */
export function isWrite(sql: string): boolean {
  return splitStatements(sql).some((statement) => {
    let depth = 0;
    let first: string | undefined;
    for (const [token] of statement.matchAll(wordOrMark)) {
      if (isComment(token)) continue;
      first ??= token.toUpperCase();
      if (first !== "WITH") break;
      depth += token === "(" ? 1 : token === ")" ? -1 : 0;
      // The verb after the common table expressions decides.
      if (depth === 0 && /^(?:INSERT|REPLACE|UPDATE|DELETE)$/i.test(token)) return true;
    }
    return !["SELECT", "VALUES", "PRAGMA", "EXPLAIN", "WITH"].includes(first ?? "SELECT");
  });
}

const isComment = (token: string) => token.startsWith("--") || token.startsWith("/*");

const worker = `export default { async fetch(request, env) {
  const { slot, statements, dump } = await request.json();
  const database = env[slot];
  const prepared = ({ sql, params }) => params ? database.prepare(sql).bind(...params) : database.prepare(sql);
  try {
    const ok = dump
      ? await database.prepare("PRAGMA miniflare_d1_export(?,?,?);").bind(...dump).raw()
      : await database.batch(statements.map(prepared));
    return Response.json({ ok });
  } catch (error) {
    return Response.json({ error: error.message });
  }
} };`;

/** wrangler's own Miniflare, so that the engine is the one that comes with the user's wrangler. */
function loadMiniflare(): typeof Miniflare {
  const here = createRequire(import.meta.url);
  const wrangler = createRequire(here.resolve("wrangler/package.json"));
  return (wrangler("miniflare") as typeof import("miniflare")).Miniflare;
}

/**
 * Miniflare does not wait until its temporary folder is deleted, and the tests may end first. Inside our folder it is
 * certainly removed.
 */
function withTemporaryFolder<T>(folder: string, work: () => T): T {
  const names = ["TMPDIR", "TEMP", "TMP"];
  const before = names.map((name) => process.env[name]);
  try {
    for (const name of names) process.env[name] = folder;
    return work();
  } finally {
    for (const [i, name] of names.entries()) {
      const value = before[i];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** An empty database with the table that D1 has in every remote one and that SQL cannot create. */
function makeTemplate(folder: string): string {
  const file = join(folder, "template.sqlite");
  const database = new Database(file);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
  database.close();
  return file;
}

function copyDatabase(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  // The log first: if it is checkpointed in between, the newer main file has the same content again.
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
  copyFileSync(from, to);
}
