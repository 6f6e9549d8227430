import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { expectTruth, stateOf } from "../support/faults.js";
import { loopback, type RemoteProject } from "../support/remote.js";

const { make, api } = loopback();

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder outside of any project. */
function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-empty-")));
  folders.push(folder);
  return folder;
}

/** A minimal environment: Node but no wrangler on PATH, a home folder, and access to the server. */
function least(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const nothing = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
  const path = [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
  const keep = process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : {};
  const { baseUrl, token } = api();
  return {
    ...nothing,
    ...keep,
    ...{ PATH: path, HOME: home, TMPDIR: tmpdir() },
    ...{ CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_BASE_URL: baseUrl, CLOUDFLARE_EMAIL: undefined },
    ...more,
  };
}

/** A remote database, and a function that runs the program on it from an empty folder. */
async function deployed(more: NodeJS.ProcessEnv = {}) {
  const database = await make("oldest");
  const cwd = emptyFolder();
  const run = (...args: string[]) =>
    runJson(["--remote", "-b", database.name, ...args], { cwd, env: least(cwd, more) });
  return { ...database, cwd, run };
}

const requestsSince = (from: number, id: string) =>
  api()
    .requests.slice(from)
    .filter(({ databaseId }) => databaseId === id)
    .map(({ endpoint, writes }) => (writes ? `${endpoint} that writes` : endpoint));

describe("a run with a token, in an empty folder, without wrangler", () => {
  it("upgrades and verifies a remote database with one request that writes, and shows a restore point", async () => {
    const { id, name, cwd, run, dump, writes } = await deployed();
    const before = await dump();
    const from = api().requests.length;
    const first = await run("--yes", "--for", "1");
    expect([first.code, first.json.error, first.json.outcome, first.starts]).toEqual([
      0,
      null,
      "upgraded",
      [],
    ]);
    expect(first.json.target).toEqual({
      ...{ location: "remote", binding: null, database: name, config: null, env: null, persistTo: null },
    });
    expect(first.json.checks.map(({ ok }) => ok)).toEqual(Array(6).fill(true));
    expect(first.json.restorePoint?.command).toMatch(
      new RegExp(`^npx wrangler d1 time-travel restore ${name} --bookmark=[0-9a-f-]{59}$`),
    );
    expect(requestsSince(from, id)).toEqual(["query", "bookmark", "query that writes"]);
    expect(writes()).toBe(1);
    expect(await stateOf({ dump }, before)).toBe("complete");
    expect(readdirSync(cwd)).toEqual([]);
    const again = await run("status");
    expect([again.code, again.json.outcome]).toEqual([0, "up-to-date"]);
  });

  it("sets up a database: creates it and writes a config", async () => {
    const cwd = emptyFolder();
    const { code, json, starts } = await runJson(["setup", "--remote", "--yes"], { cwd, env: least(cwd) });
    expect([code, json.error, json.outcome, starts]).toEqual([0, null, "set-up", []]);
    const config = readFileSync(join(cwd, "wrangler.toml"), "utf8");
    const made = api().requests.findLast(({ endpoint }) => endpoint === "create");
    expect(config).toContain(`database_id = "${made?.databaseId}"`);
    // A second folder finds it by its name.
    const other = emptyFolder();
    const second = await runJson(["setup", "--remote", "--yes"], { cwd: other, env: least(other) });
    expect([second.code, second.json.outcome]).toEqual([0, "up-to-date"]);
    expect(readFileSync(join(other, "wrangler.toml"), "utf8")).toBe(config);
  });

  it("makes a backup", async () => {
    const { cwd, run } = await deployed();
    const { code, json } = await run("--yes", "--backup", "before.sql");
    expect([code, json.outcome]).toEqual([0, "upgraded"]);
    const backup = readFileSync(join(cwd, "before.sql"), "utf8");
    expect(backup).toContain("CREATE TABLE bulk_jobs");
    expect(backup).not.toContain("job_audit_events");
  });

  it("makes a report", async () => {
    const { cwd, name } = await deployed();
    const { code, json, starts } = await runJson(["report", "--remote", "-b", name], {
      cwd,
      env: least(cwd),
    });
    expect([code, starts]).toEqual([0, []]);
    expect(json).toMatchObject({ outcome: "pending", target: { database: name, binding: null } });
  });

  it.each<[string, (found: { name: string; id: string }) => NodeJS.ProcessEnv, string[], string, RegExp]>([
    [
      "a wrong token",
      () => ({ CLOUDFLARE_API_TOKEN: "wrong" }),
      [],
      "AUTHENTICATION",
      /CLOUDFLARE_API_TOKEN/,
    ],
    ["another account", () => ({ CLOUDFLARE_ACCOUNT_ID: "f".repeat(32) }), [], "AUTHENTICATION", /D1 Edit/],
    ["no such name", () => ({}), ["-b", "kv-manager-nowhere"], "DATABASE_NOT_FOUND", /It has: .*kv-manager-/],
  ])("with %s fails with advice and changes nothing", async (_, env, args, code, advice) => {
    const database = await deployed();
    const before = await database.dump();
    const run = await runJson(["--remote", "-b", database.name, "--yes", ...args], {
      cwd: database.cwd,
      env: least(database.cwd, env(database)),
    });
    expect([run.code, run.json.error?.code, run.json.applied]).toEqual([1, code, false]);
    expect(run.json.error?.advice).toMatch(advice);
    expect(run.stderr).toContain("Nothing was changed.");
    expect(await database.dump()).toEqual(before);
  });

  it("fails and changes nothing when two databases have the given name", async () => {
    const { id, name, run, dump } = await deployed();
    const before = await dump();
    api().addDatabase({ id: id.replace(/^........-/, "12345678-"), name });
    const { code, json } = await run("--yes");
    expect([code, json.error?.code]).toEqual([2, "BINDING_AMBIGUOUS"]);
    expect(json.error?.advice).toContain(name);
    expect(await dump()).toEqual(before);
  });

  it("with a token that lacks permission for D1 fails with advice and changes nothing", async () => {
    const { run, dump, fault } = await deployed();
    const before = await dump();
    fault({ kind: "fail", status: 403, code: 10000, message: "Authentication error" }, {});
    const { code, json } = await run("--yes");
    expect([code, json.error?.code, json.applied]).toEqual([1, "AUTHENTICATION", false]);
    expect(json.error?.advice).toContain("the permission D1 Edit");
    expect(await dump()).toEqual(before);
  });

  it("behind a proxy fails with advice on NODE_USE_ENV_PROXY", async () => {
    const { run } = await deployed({ HTTPS_PROXY: "http://proxy.example.test:8080", NO_PROXY: "none" });
    const { code, json } = await run("--yes");
    expect([code, json.error?.code]).toEqual([2, "CONFIG_NOT_FOUND"]);
    expect(json.error?.advice).toContain("NODE_USE_ENV_PROXY=1");
  });

  it("without that token fails for lack of a config, with advice on CLOUDFLARE_API_TOKEN", async () => {
    const { run } = await deployed({ CLOUDFLARE_API_TOKEN: undefined });
    const { code, json } = await run("--yes");
    expect([code, json.error?.code]).toEqual([2, "CONFIG_NOT_FOUND"]);
    expect(json.error?.advice).toContain("CLOUDFLARE_API_TOKEN");
  });
});

describe("several accounts", () => {
  const other = { id: "eedcba9876543210eedcba9876543210", name: "Another" };
  const withOther = async <T>(work: () => Promise<T>): Promise<T> => {
    api().accounts.push(other);
    try {
      return await work();
    } finally {
      api().accounts.pop();
    }
  };

  it("are told apart by CLOUDFLARE_ACCOUNT_ID or account_id, and are ambiguous without either", async () => {
    const { cwd, name, id } = await deployed();
    const ours = String(api().accounts[0]?.id);
    const allowedIds = [ours, other.id];
    const status = (env: NodeJS.ProcessEnv = {}) =>
      runJson(["status", "--remote", "-b", name], { cwd, env: least(cwd, env), allowedIds });
    await withOther(async () => {
      const ambiguous = await status();
      expect([ambiguous.code, ambiguous.json.error?.code]).toEqual([1, "ACCOUNT_AMBIGUOUS"]);
      for (const account of allowedIds) expect(ambiguous.json.error?.advice).toContain(account);
      expect((await status({ CLOUDFLARE_ACCOUNT_ID: ours })).json.outcome).toBe("pending");
      const config = `account_id = "${ours}"\n[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "${name}"\n`;
      writeFileSync(join(cwd, "wrangler.toml"), `${config}database_id = "${id}"\n`);
      expect((await status()).json.outcome).toBe("pending");
      // As in wrangler, the config takes precedence.
      expect((await status({ CLOUDFLARE_ACCOUNT_ID: other.id })).json.outcome).toBe("pending");
    });
  });
});

describe.concurrent("the token to use", () => {
  it.each<[string, () => { files?: Record<string, string>; env?: NodeJS.ProcessEnv }]>([
    [".env", () => ({ files: { ".env": `CLOUDFLARE_API_TOKEN=${api().token} # mine\n` } })],
    [
      ".env.local, which comes before .env",
      () => ({
        files: {
          ".env": "CLOUDFLARE_API_TOKEN=wrong\n",
          ".env.local": `export CLOUDFLARE_API_TOKEN="${api().token}"\n`,
        },
      }),
    ],
    [
      "the environment, which comes before all files",
      () => ({
        files: { ".env": "CLOUDFLARE_API_TOKEN=wrong\n" },
        env: { CLOUDFLARE_API_TOKEN: api().token },
      }),
    ],
    ["its older name", () => ({ env: { CF_API_TOKEN: api().token } })],
    [
      "a global key with its address",
      () => ({ env: { CLOUDFLARE_API_KEY: api().token, CLOUDFLARE_EMAIL: api().email } }),
    ],
  ])("is taken from %s", async (_, prepare) => {
    const { cwd, name } = await deployed();
    const { files = {}, env = {} } = prepare();
    for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
    const found = await runJson(["status", "--remote", "-b", name], {
      cwd,
      env: least(cwd, { CLOUDFLARE_API_TOKEN: undefined, ...env }),
    });
    expect([found.code, found.json.outcome, found.starts]).toEqual([3, "pending", []]);
  });
});

/** Gives the database a different name in the config. */
function rename({ cwd, name }: RemoteProject, other: string): void {
  const config = join(cwd, "wrangler.toml");
  writeFileSync(config, readFileSync(config, "utf8").replace(name, other));
}

describe("a config that has the name of one database and the id of another", () => {
  it("is reported with both names, and the database with the id is upgraded", async () => {
    const database = await make("oldest");
    const right = await database.run("status");
    expect([right.json.outcome, right.json]).toEqual(["pending", expect.not.objectContaining({ notes: [] })]);
    rename(database, "kv-manager-mine");
    const { code, json, stderr } = await database.run("--yes");
    expect([code, json.outcome]).toEqual([0, "upgraded"]);
    const note = `The database_id in wrangler.toml belongs to ${database.name}, not to kv-manager-mine.`;
    expect((json as { notes?: string[] }).notes?.join()).toContain(note);
    expect(stderr.replace(/\s+/g, " ")).toContain(note);
  });
});

describe("a token", () => {
  it("appears in no output, not even with --debug", async () => {
    const { cwd, run } = await deployed();
    const { stdout, stderr, starts } = await run("--yes", "--debug");
    expect(starts).toEqual([]);
    expect(stderr).toContain("POST /accounts/");
    expect(stdout + stderr).not.toContain(api().token);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe.concurrent("a busy remote database", () => {
  const busy = { kind: "fail", status: 429, code: 7429, message: "D1 DB is overloaded." } as const;

  it("is waited for as long as it asks", async () => {
    const database = await deployed();
    database.fault({ ...busy, headers: { "retry-after": "3" } }, { endpoint: "query" }, 1);
    const { code, stderr } = await database.run("status");
    expect(code).toBe(3);
    expect(stderr).toContain("Trying again in 3 s");
  });

  it("is sent the refused batch again", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    database.fault(busy, { endpoint: "query", writes: true }, 1);
    const run = await database.run("--yes");
    expectTruth(run, await stateOf(database, before));
    expect([run.code, run.starts]).toEqual([0, []]);
  });
});
