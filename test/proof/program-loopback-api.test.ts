import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { defaultAccount, type LoopbackApi, startLoopbackApi } from "../support/loopback-api.js";
import { isWrite, splitStatements } from "../support/loopback-d1.js";
import { knownFaults } from "../support/loopback-faults.js";
import { makeProject, packageFolder, productionId } from "../support/project.js";

const account = defaultAccount.id;
const otherId = "99999999-1111-4222-8333-444455556666";

interface Envelope {
  status: number;
  result: unknown;
  errors: { code: number; message: string }[];
}

let api: LoopbackApi;
let databases = 0;
/** The id of the test's own database. */
let id = "";

beforeAll(async () => {
  const databases = [{ id: productionId, name: "kv-manager-metadata" }];
  api = await startLoopbackApi({ databases, accountInEnv: true });
});
afterAll(() => api.close());
beforeEach(() => {
  api.faults.length = 0;
  api.requests.length = 0;
  id = `00000000-0000-4000-8000-${String(++databases).padStart(12, "0")}`;
  api.addDatabase({ id, name: `database-${databases}` });
});

const last = () => api.requests.at(-1);

function request(path: string, method = "GET", body?: object, token = api.token): Promise<Response> {
  return fetch(`${api.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

async function ask(...of: Parameters<typeof request>): Promise<Envelope> {
  const response = await request(...of);
  return { status: response.status, ...((await response.json()) as Omit<Envelope, "status">) };
}

const database = (path = "", of = id) => `/accounts/${account}/d1/database/${of}${path}`;
const sql = (text: string, params?: unknown[]) => ask(database("/query"), "POST", { sql: text, params });
const refusal = async (answer: Promise<Envelope>) => {
  const { status, errors } = await answer;
  return [status, errors[0]?.code, errors[0]?.message];
};

describe("statements", () => {
  it("are split where SQLite would", () => {
    const trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE 1 WHEN 1 THEN 2 END; END";
    const pieces = [
      "SELECT ';' AS \"a;b\", `;`, [;] -- ;\n, 'it''s;'",
      "/* ; */ SELECT 2",
      trigger,
      "SELECT 3",
    ];
    expect(splitStatements(`${pieces.join(";\n")};;\n-- nothing ; here\n`)).toEqual(pieces);
  });

  it("are classified by whether they write", () => {
    const reads = [
      "SELECT 1",
      "-- x\nPRAGMA table_list",
      "WITH a AS (SELECT 1) SELECT 'delete' FROM a",
      "VALUES (1)",
    ];
    expect(reads.filter(isWrite)).toEqual([]);
    const writes = [
      "SELECT 1; ALTER TABLE a ADD b",
      "WITH a AS (SELECT 1) DELETE FROM b",
      "CREATE TABLE a (b)",
    ];
    expect(writes.filter((one) => !isWrite(one))).toEqual([]);
  });
});

describe("the database", () => {
  it("returns one result per statement", async () => {
    const { status, result } = await sql(
      "CREATE TABLE a (b); INSERT INTO a VALUES (';'), (NULL); SELECT * FROM a",
    );
    expect(status).toBe(200);
    expect(result).toMatchObject([
      { results: [], success: true },
      { results: [], meta: { changes: 2 } },
      { results: [{ b: ";" }, { b: null }] },
    ]);
    expect(last()).toMatchObject({
      endpoint: "query",
      databaseId: id,
      writes: true,
      executed: true,
      status: 200,
    });
    expect((await sql("SELECT ?1 AS x", ["y"])).result).toMatchObject([{ results: [{ x: "y" }] }]);
  });

  it("rolls back a failed batch and reports it as D1 does", async () => {
    await api.exec(id, "CREATE TABLE a (metadata)");
    const answer = sql("CREATE TABLE b (c); ALTER TABLE a ADD COLUMN metadata TEXT");
    expect(await refusal(answer)).toEqual([400, 7500, "duplicate column name: metadata: SQLITE_ERROR"]);
    expect(last()).toMatchObject({ writes: true, executed: false, status: 400 });
    expect(await api.query(id, "SELECT name FROM sqlite_master WHERE name IN ('a', 'b')")).toEqual([
      { name: "a" },
    ]);
  });

  it("has D1's own table from the start", async () => {
    const tables = await api.query(id, "SELECT name FROM sqlite_master");
    expect(tables).toContainEqual({ name: "_cf_KV" });
    const joined = "SELECT * FROM sqlite_master m JOIN pragma_table_xinfo(m.name)";
    expect(await refusal(sql(joined))).toEqual([400, 7500, "not authorized: SQLITE_AUTH"]);
  });

  it.each([
    ["BEGIN", /^To execute a transaction/],
    ["SAVEPOINT a", /^To execute a transaction/],
    ["PRAGMA integrity_check", /SQLITE_AUTH/],
    ["PRAGMA user_version", /SQLITE_AUTH/],
    ["SELECT sqlite_version()", /not authorized to use function/],
    ["CREATE TEMP TABLE a (b)", /SQLITE_AUTH/],
    ["DROP TABLE _cf_KV", /SQLITE_AUTH/],
    [Array(6).fill("SELECT 1").join(" UNION "), /too many terms in compound SELECT/],
    [`SELECT '${"x".repeat(100_000)}'`, /statement too long: SQLITE_TOOBIG/],
  ])("refuses what D1 refuses: %.40s", async (statement, message) => {
    expect(await refusal(sql(statement))).toEqual([400, 7500, expect.stringMatching(message)]);
  });

  it("supports time travel", async () => {
    const bookmark = async () =>
      (await ask(database("/time_travel/bookmark"))).result as { bookmark: string };
    await api.exec(id, "CREATE TABLE a (b); INSERT INTO a VALUES (1)");
    const before = await bookmark();
    expect(before.bookmark).toMatch(/^([0-9a-f]{8}-){3}[0-9a-f]{32}$/);
    await sql("SELECT * FROM a");
    expect(await bookmark()).toEqual(before);
    await sql("DELETE FROM a; ALTER TABLE a ADD COLUMN c");
    const after = await bookmark();
    expect(after.bookmark > before.bookmark).toBe(true);
    const restore = (to: string) => ask(database(`/time_travel/restore?bookmark=${to}`), "POST");
    expect((await restore(before.bookmark)).result).toMatchObject({ previous_bookmark: after.bookmark });
    expect(await api.query(id, "SELECT * FROM a")).toEqual([{ b: 1 }]);
    await restore(after.bookmark);
    expect(await api.query(id, "SELECT name FROM pragma_table_info('a')")).toHaveLength(2);
    expect((await restore("00000000")).status).toBe(400);
  });
});

describe("the API", () => {
  it("rejects requests as Cloudflare does", async () => {
    expect(await refusal(ask(database(), "GET", undefined, "wrong"))).toEqual([
      403,
      10000,
      "Authentication error",
    ]);
    expect(await refusal(ask(`/accounts/nobody/d1/database/${id}`))).toEqual([
      403,
      7403,
      "The given account is not valid or is not authorized to access this service",
    ]);
    expect(await refusal(ask(database("", otherId)))).toEqual([
      404,
      7404,
      `The database ${otherId} could not be found`,
    ]);
    expect(await refusal(ask(database("/query", "your-database-id"), "POST", { sql: "SELECT 1" }))).toEqual([
      400,
      7400,
      "Invalid property: databaseId => Invalid uuid",
    ]);
    expect((await ask(database("/import"), "POST", { action: "init" })).status).toBe(400);
    expect(last()).toMatchObject({ endpoint: "import", executed: false });
  });

  it("lists databases by page and by name, and creates them", async () => {
    const created = await ask(`/accounts/${account}/d1/database`, "POST", { name: "made" });
    expect(created.result).toMatchObject({ name: "made", version: "production" });
    const list = (query: string) => ask(`/accounts/${account}/d1/database?${query}`);
    expect((await list("name=made")).result).toMatchObject([{ uuid: expect.any(String), name: "made" }]);
    expect((await list("per_page=1&page=2")).result).toHaveLength(1);
    expect((await list("page=99")).result).toEqual([]);
    const again = ask(`/accounts/${account}/d1/database`, "POST", { name: "made" });
    expect((await refusal(again))[1]).toBe(7502);
  });

  it("can have several accounts", async () => {
    const accounts = [defaultAccount, { id: "f".repeat(32), name: "Second" }];
    const several = await startLoopbackApi({ accounts, slots: 1 });
    const headers = { authorization: `Bearer ${several.token}` };
    const answer = await fetch(`${several.baseUrl}/memberships`, { headers });
    expect(await answer.json()).toMatchObject({ result: accounts.map((account) => ({ account })) });
    await several.close();
    await expect(fetch(several.baseUrl)).rejects.toThrow();
    expect(existsSync(join(several.env.XDG_CONFIG_HOME ?? "", ".."))).toBe(false);
  });
});

describe("faults", () => {
  const write = () => sql("CREATE TABLE a (b)");
  const written = async () =>
    (await api.query(id, "SELECT 1 FROM sqlite_master WHERE name = 'a'")).length === 1;

  it("fail a request before or after its work is done", async () => {
    const fault = { ...knownFaults.overloaded, headers: { "retry-after": "3" } };
    api.faults.push({ match: { endpoint: "query", writes: true }, fault, once: true });
    expect(await refusal(write())).toEqual([429, 7429, expect.stringContaining("overloaded")]);
    expect(last()).toMatchObject({ executed: false, status: 429 });
    expect(await written()).toBe(false);
    api.faults.push({ fault: { ...fault, when: "after" }, once: true });
    expect(
      (await request(database("/query"), "POST", { sql: "CREATE TABLE a (b)" })).headers.get("retry-after"),
    ).toBe("3");
    expect(last()).toMatchObject({ executed: true, status: 429 });
    expect(await written()).toBe(true);
  });

  it("cut the connection before or after its work is done", async () => {
    api.faults.push({ fault: { kind: "cut" }, once: true });
    await expect(write()).rejects.toThrow();
    expect([await written(), last()?.status]).toEqual([false, null]);
    api.faults.push({ match: { nth: 1 }, fault: { kind: "cut", when: "after" } });
    await expect(write()).rejects.toThrow();
    expect([await written(), last()?.executed]).toEqual([true, true]);
    expect((await sql("SELECT 1")).status).toBe(200);
  });

  it("let a write finish after its sender is gone", async () => {
    api.faults.push({ match: { writes: true }, fault: { kind: "delay", milliseconds: 200 }, once: true });
    const gone = fetch(`${api.baseUrl}${database("/query")}`, {
      method: "POST",
      headers: { authorization: `Bearer ${api.token}` },
      body: JSON.stringify({ sql: "CREATE TABLE a (b)" }),
      signal: AbortSignal.timeout(100),
    });
    await expect(gone).rejects.toThrow(/timeout/);
    expect(await written()).toBe(false);
    await expect.poll(written, { timeout: 3000 }).toBe(true);
  });

  it("answer nonsense, half a body, late or never", async () => {
    const nth = (n: number) => ({ match: { path: /\/query$/, nth: n } });
    api.faults.push(
      { ...nth(1), fault: { kind: "nonsense", body: "<html>" } },
      { ...nth(2), fault: { kind: "half" } },
      { ...nth(3), fault: { kind: "delay", milliseconds: 150 } },
      { ...nth(4), fault: { kind: "hang" } },
    );
    const first = await request(database("/query"), "POST", { sql: "SELECT 1" });
    expect([first.status, await first.text()]).toEqual([200, "<html>"]);
    await expect(write()).rejects.toThrow();
    expect(await written()).toBe(true);
    await sql("SELECT 1");
    const { startedAt = 0, endedAt } = last() ?? {};
    expect((endedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(140);
    const impatient = fetch(`${api.baseUrl}${database("/query")}`, {
      method: "POST",
      signal: AbortSignal.timeout(150),
    });
    await expect(impatient).rejects.toThrow(/timeout/);
    expect(last()).toMatchObject({ status: null, executed: false });
  });
});

describe("the real wrangler", () => {
  const folder = makeProject();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const wrangler = (...args: string[]) =>
    execa(process.execPath, [join(packageFolder, "node_modules/wrangler/bin/wrangler.js"), "d1", ...args], {
      cwd: folder,
      env: { ...api.env, CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
      reject: false,
    });

  it("runs SQL and prints what D1 says", async () => {
    const command = "CREATE TABLE a (b); INSERT INTO a VALUES (7); SELECT b FROM a";
    const run = () => wrangler("execute", "METADATA", "--remote", "--json", "--env=", `--command=${command}`);
    expect(JSON.parse((await run()).stdout)).toMatchObject([{}, {}, { results: [{ b: 7 }], success: true }]);
    const again = await run();
    expect([again.exitCode, again.stdout]).toEqual([1, expect.stringContaining("already exists")]);
    expect(api.requests.map(({ endpoint }) => endpoint)).toEqual(["query", "query"]);
  });

  it("exports a database", async () => {
    await api.exec(productionId, "CREATE TABLE kept (text); INSERT INTO kept VALUES ('it''s')");
    await wrangler("export", "METADATA", "--remote", "--output=dump.sql");
    const dump = readFileSync(join(folder, "dump.sql"), "utf8");
    expect(dump).toContain(`INSERT INTO "kept" VALUES('it''s');`);
    expect(dump).not.toContain("_cf_");
    expect(api.requests.map(({ endpoint }) => endpoint)).toEqual(["export", "export", "download"]);
    await api.exec(id, dump);
    expect(await api.query(id, "SELECT * FROM kept")).toEqual([{ text: "it's" }]);
  });
});
