import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFailureText, failureTexts, nameOfText } from "../support/failure-texts.js";
import { publicId, tomlBinding } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { titled } from "../support/titles.js";

const { make, api } = loopback();

describe.concurrent("what Cloudflare says becomes a code, a sentence and advice", () => {
  // A sample; all of them are in the longer `npm run proof:faults`.
  const sample = failureTexts.filter((_, i) => i % 6 === 1);
  it.each(titled(sample, nameOfText))("%s", async (_, said) => {
    await checkFailureText(await make("2025-11-10"), said);
  });

  it("a gateway's 504 is retried while reading, and the retries are shown", async () => {
    const database = await make("2025-11-10");
    const body = "<html><title>504 Gateway Time-out</title></html>";
    database.fault({ kind: "nonsense", status: 504, body }, undefined, 2);
    const run = await database.run("status");
    expect([run.code, run.json.outcome]).toEqual([3, "pending"]);
    expect(run.stderr).toContain("Trying again in 1 s");
    expect(run.stderr).toContain("Trying again in 2 s");
  });

  it("a server that stays unreachable results in NETWORK after a bounded time", async () => {
    // Nothing listens there anymore.
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const CLOUDFLARE_API_BASE_URL = `http://127.0.0.1:${port}/client/v4`;
    const database = await make("2025-11-10", { CLOUDFLARE_API_BASE_URL });
    const run = await database.run("--yes");
    expect([run.code, run.json.error?.code, run.json.outcome]).toEqual([1, "NETWORK", "failed"]);
    expect(run.stderr).toContain("Trying again in 8 s");
  });
});

it("an intercepted connection is recognized, though wrangler does not say so", async () => {
  // A server without TLS looks like a proxy that responds in its own name.
  const { baseUrl } = api();
  const database = await make("oldest", { CLOUDFLARE_API_BASE_URL: baseUrl.replace("http:", "https:") });
  const { code, json } = await database.run("--yes");
  expect([code, json.error?.code, json.applied]).toEqual([1, "NETWORK", false]);
  expect(json.error?.advice).toContain("NODE_EXTRA_CA_CERTS");
});

it("a duplicate column that no read shows, as after a restore, is reported and changes nothing", async () => {
  const database = await make("oldest");
  const before = await database.dump();
  const message = "duplicate column name: metadata: SQLITE_ERROR";
  database.fault({ kind: "fail", status: 400, code: 7500, message }, { endpoint: "query", writes: true });
  const { code, json, stderr } = await database.run("--yes");
  expect([code, json.error?.code, json.applied, database.writes()]).toEqual([1, "SQL_FAILED", false, 1]);
  expect(json.error?.message).toContain("its schema does not show it");
  expect(stderr.replaceAll("\n", " ")).toContain("Nothing was changed.");
  expect(stderr).toContain("--bookmark=");
  expect(await database.dump()).toEqual(before);
});

describe.concurrent("a database that the account does not have", () => {
  it("is reported with those that it has", async () => {
    const database = await make("oldest");
    writeFileSync(join(database.cwd, "wrangler.toml"), tomlBinding("kv-manager-metadata", publicId));
    const { code, json } = await database.run("--yes");
    expect([code, json.error?.code]).toEqual([1, "DATABASE_NOT_FOUND"]);
    expect(json.error?.advice).toContain("comes from KV Manager's public repository; it is not yours");
    expect(json.error?.advice).toContain("but it has: kv-manager-metadata-");
  });
});

describe.concurrent("a missing login", () => {
  it("fails with NOT_LOGGED_IN and says what to do", async () => {
    const database = await make("oldest", { CLOUDFLARE_API_TOKEN: undefined });
    const { code, json } = await database.run("--yes");
    expect([code, json.error?.code]).toEqual([1, "NOT_LOGGED_IN"]);
    expect(json.error?.advice).toContain("npx wrangler login");
  });
});

describe.concurrent("the environment", () => {
  it("is the config's top level, regardless of CLOUDFLARE_ENV and .env", async () => {
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
