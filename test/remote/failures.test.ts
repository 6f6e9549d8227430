import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateOf } from "../support/faults.js";
import { loopback } from "../support/remote.js";

const { make, api } = loopback();

/** What Cloudflare says, and what the program makes of it when the inspection meets it. */
const whileReading = [
  {
    status: 403,
    code: 7403,
    message: "The given account is not valid or is not authorized to access this service",
    expected: "AUTHENTICATION",
  },
  { status: 403, code: 10000, message: "Authentication error", expected: "AUTHENTICATION" },
  {
    status: 400,
    code: 9106,
    message: "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
    expected: "AUTHENTICATION",
  },
  { status: 403, code: 9109, message: "Invalid access token", expected: "AUTHENTICATION" },
  {
    status: 404,
    code: 7404,
    message: "The database 0000 could not be found",
    expected: "DATABASE_NOT_FOUND",
  },
  {
    status: 400,
    code: 7400,
    message: "Invalid property: databaseId => Invalid uuid",
    expected: "DATABASE_NOT_FOUND",
  },
  { status: 400, code: 7500, message: "no such table: bulk_jobs: SQLITE_ERROR", expected: "SQL_FAILED" },
  { status: 400, code: 7500, message: "not authorized: SQLITE_AUTH", expected: "SQL_FAILED" },
  {
    status: 418,
    code: 1234,
    message: "something that nobody has seen before",
    expected: "UNEXPECTED_OUTPUT",
  },
];

/** The same when the batch meets it. None of them was carried out. */
const whileWriting = [
  { status: 400, code: 7500, message: "Exceeded maximum DB size", expected: "QUOTA" },
  { status: 400, code: 7500, message: "exceeded D1's free tier daily row write limit", expected: "QUOTA" },
  {
    status: 400,
    code: 7500,
    message: "duplicate column name: metadata: SQLITE_ERROR",
    expected: "SQL_FAILED",
  },
  {
    status: 400,
    code: 7500,
    message: "table job_audit_events already exists: SQLITE_ERROR",
    expected: "SQL_FAILED",
  },
  {
    status: 429,
    code: 7429,
    message: "D1 DB is overloaded. Requests queued for too long.",
    expected: "OVERLOADED",
  },
  {
    status: 400,
    code: 7500,
    message: "D1 DB exceeded timeout which caused object to be reset.",
    expected: "OVERLOADED",
  },
  { status: 400, code: 7500, message: "Currently processing a long-running import.", expected: "BUSY" },
  { status: 500, code: 7500, message: "D1_RESET_DO", expected: "OVERLOADED" },
  { status: 500, code: 7500, message: "internal error; reference = abc123", expected: "OVERLOADED" },
  { status: 400, code: 7500, message: "NOSENTRY database is locked: SQLITE_BUSY", expected: "BUSY" },
];

describe("what Cloudflare says becomes a code, a sentence and an advice", () => {
  it.each(whileReading)(
    "$code $message, while reading: $expected",
    async ({ status, code, message, expected }) => {
      const database = await make("2025-11-10");
      const before = await database.dump();
      api().faults.push({ match: { endpoint: "query" }, fault: { kind: "fail", status, code, message } });
      const run = await database.run("--yes");
      expect([run.code, run.json.error?.code, run.json.outcome, run.json.applied]).toEqual([
        1,
        expected,
        "failed",
        false,
      ]);
      expect(run.json.error?.advice.length).toBeGreaterThan(20);
      expect(run.json.error?.message).toContain(message);
      expect(run.stderr).toContain("Nothing was changed.");
      expect(await stateOf(database, before)).toBe("before");
    },
  );

  it.each(whileWriting)("$message, while writing: $expected", async ({ status, code, message, expected }) => {
    const database = await make("2025-11-10");
    const before = await database.dump();
    api().faults.push({
      match: { endpoint: "query", writes: true },
      fault: { kind: "fail", status, code, message },
    });
    const run = await database.run("--yes");
    expect([run.code, run.json.error?.code, run.json.applied]).toEqual([1, expected, false]);
    expect(run.json.error?.advice.length).toBeGreaterThan(20);
    expect(run.stderr).toContain("Nothing was changed.");
    expect(await stateOf(database, before)).toBe("before");
  });

  it("a gateway's 504 is waited out while reading, visibly", async () => {
    const database = await make("2025-11-10");
    const body = "<html><title>504 Gateway Time-out</title></html>";
    api().faults.push({
      match: { endpoint: "query" },
      times: 2,
      fault: { kind: "nonsense", status: 504, body },
    });
    const run = await database.run("status");
    expect([run.code, run.json.outcome]).toEqual([3, "pending"]);
    expect(run.stderr).toContain("Trying again in 1 s");
    expect(run.stderr).toContain("Trying again in 2 s");
  });

  it("a server that stays away ends in NETWORK after a bounded time", async () => {
    const database = await make("2025-11-10", { CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:9/client/v4" });
    const run = await database.run("--yes");
    expect([run.code, run.json.error?.code, run.json.outcome]).toEqual([1, "NETWORK", "failed"]);
    expect(run.stderr).toContain("Trying again in 8 s");
  });
});

describe("a database that the account does not have", () => {
  it("is named with those that it has", async () => {
    const database = await make("oldest");
    writeFileSync(
      join(database.cwd, "wrangler.toml"),
      '[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\ndatabase_id = "36b36024-2890-43fd-a867-88279c765cf7"\n',
    );
    const { code, json } = await database.run("--yes");
    expect([code, json.error?.code]).toEqual([1, "DATABASE_NOT_FOUND"]);
    expect(json.error?.advice).toContain("is the one of KV Manager's public repository, not yours");
    expect(json.error?.advice).toContain("but it has: kv-manager-metadata-");
  });
});

describe("login and account", () => {
  it("without a login: NOT_LOGGED_IN, and what to do", async () => {
    const database = await make("oldest", { CLOUDFLARE_API_TOKEN: undefined });
    const { code, json } = await database.run("--yes");
    expect([code, json.error?.code]).toEqual([1, "NOT_LOGGED_IN"]);
    expect(json.error?.advice).toContain("npx wrangler login");
  });
});

describe("the environment", () => {
  it("is the config's top level, whatever CLOUDFLARE_ENV or a .env says", async () => {
    const database = await make("2025-11-10", { CLOUDFLARE_ENV: "staging" });
    const config = join(database.cwd, "wrangler.toml");
    const other =
      '[[env.staging.d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\ndatabase_id = "00000000-0000-4000-8000-000000000000"\n';
    writeFileSync(config, readFileSync(config, "utf8") + other);
    writeFileSync(join(database.cwd, ".env"), "CLOUDFLARE_ENV=staging\n");
    const { code, json } = await database.run("--yes");
    expect([code, json.outcome, json.target?.env]).toEqual([0, "upgraded", null]);
    expect(database.writes()).toBe(1);
  });
});
