import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rememberedAccount } from "../../src/project/remembered-account.js";
import { disposableProjects } from "../support/folders.js";
import { loopback } from "../support/remote.js";

const { makeFor, api } = loopback();
const project = disposableProjects();
const old = { id: "fedcba9876543210fedcba9876543210", name: "An old one" };

/** Saves the account where wrangler keeps it, and returns the file. */
function remember(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "wrangler-account.json");
  writeFileSync(file, JSON.stringify({ account: old }));
  return file;
}

describe.concurrent("an account that wrangler remembers", () => {
  it("without the database is named, and each suggested fix works", async () => {
    const database = await makeFor("login", "2025-11-10", { CLOUDFLARE_ACCOUNT_ID: undefined });
    const WRANGLER_CACHE_DIR = join(database.cwd, "cache");
    database.env.WRANGLER_CACHE_DIR = WRANGLER_CACHE_DIR;
    const file = remember(WRANGLER_CACHE_DIR);
    const { code, json } = await database.run("status");
    expect([code, json.error?.code]).toEqual([1, "AUTHENTICATION"]);
    for (const text of [
      "the account An old one (fedcba…)",
      join("cache", "wrangler-account.json"),
      "CLOUDFLARE_ACCOUNT_ID",
      "account_id to wrangler.toml",
      "delete that file",
    ])
      expect(json.error?.advice).toContain(text);
    expect(json.error?.advice).not.toContain("whoami");

    const id = String(api().accounts[0]?.id);
    database.env.CLOUDFLARE_ACCOUNT_ID = id;
    expect((await database.run("status")).json.outcome).toBe("pending");
    delete database.env.CLOUDFLARE_ACCOUNT_ID;
    const config = join(database.cwd, "wrangler.toml");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, `account_id = "${id}"\n${text}`);
    expect((await database.run("status")).json.outcome).toBe("pending");
    writeFileSync(config, text);
    writeFileSync(file, "");
    expect((await database.run("status")).json.outcome).toBe("pending");
  });
});

describe("where the account is remembered", () => {
  it("is the named folder, else the nearest node_modules, else the project", () => {
    const cwd = project({});
    const named = join(cwd, "named");
    const find = (env: NodeJS.ProcessEnv = {}) => rememberedAccount(join(cwd, "worker"), env)?.file ?? null;
    mkdirSync(join(cwd, "worker", "node_modules"), { recursive: true });
    expect(find()).toBeNull();
    const own = remember(join(cwd, "worker", ".wrangler", "cache"));
    expect(find()).toBe(own);
    const inModules = remember(join(cwd, "worker", "node_modules", ".cache", "wrangler"));
    expect(find()).toBe(inModules);
    const file = remember(named);
    expect(find({ WRANGLER_CACHE_DIR: named })).toBe(file);
    writeFileSync(file, "{");
    expect(find({ WRANGLER_CACHE_DIR: named })).toBeNull();
  });
});
