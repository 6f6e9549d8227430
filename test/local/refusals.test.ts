import { existsSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { dump, fileOf, makeLocal } from "../support/local.js";
import { productionId, stockConfigs, tomlBinding } from "../support/project.js";
import { titled } from "../support/titles.js";

const project = disposableProjects();
const local = ["--local", "--binding", "kv-manager-metadata", "--yes"];

describe("a database that must not be touched", () => {
  const conflicting = (sql: string) => ({ sql: `${eraSchemas.oldest}\n${sql}` });
  const databases = [
    {
      what: "of another program",
      base: {
        sql: "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO customers (name) VALUES ('a');",
      },
      expected: [1, "NOT_KV_MANAGER", "not-kv-manager"],
    },
    {
      what: "that is empty",
      base: { sql: "CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT);" },
      expected: [3, "EMPTY_DATABASE", "empty"],
    },
    {
      what: "with a conflicting view",
      base: conflicting("CREATE VIEW job_audit_events AS SELECT 1 AS id;"),
      expected: [1, "CONFLICT", "conflict"],
    },
    {
      what: "with a table that lacks columns",
      base: conflicting("CREATE TABLE job_audit_events (id INTEGER PRIMARY KEY, note TEXT);"),
      expected: [1, "CONFLICT", "conflict"],
    },
    {
      what: "without bulk_jobs",
      base: { sql: "CREATE TABLE namespaces (namespace_id TEXT);\nCREATE TABLE key_metadata (id INTEGER);" },
      expected: [1, "CONFLICT", "conflict"],
    },
  ] as const;

  it.each(titled(databases, ({ what }) => what))(
    "is refused and left unchanged: one %s",
    async (_, { base, expected }) => {
      const cwd = project();
      const file = await makeLocal(cwd, productionId, base);
      const before = dump(file);
      const { code, json, stderr, starts } = await runJson(local, { cwd });
      expect([code, json.error?.code, json.outcome]).toEqual(expected);
      expect(json.statements).toEqual([]);
      expect(json.applied).toBe(false);
      expect(json.error?.advice).not.toBe("");
      expect(stderr).toContain("Nothing was changed.");
      expect(starts).toEqual([["engine"]]);
      expect(dump(file)).toEqual(before);
    },
  );

  it("that does not exist yet is reported as empty, and reading it creates no file", async () => {
    const cwd = project();
    const { code, json, starts } = await runJson(local, { cwd });
    expect([code, json.error?.code, json.outcome]).toEqual([3, "EMPTY_DATABASE", "empty"]);
    expect(json.error?.advice).toContain("setup --local");
    expect(json.migrations.map((m) => m.status)).toEqual(["pending", "pending", "pending"]);
    expect(starts).toEqual([]);
    expect(existsSync(join(cwd, ".wrangler"))).toBe(false);
  });
});

describe("an invalid command line or project", () => {
  const broken = { ...stockConfigs, "wrangler.toml": 'name = "kv"\n[[d1_databases\nbinding = "METADATA"\n' };
  const rows = [
    {
      what: "a broken config",
      files: broken,
      args: ["--local"],
      code: "CONFIG_INVALID",
      says: "wrangler.toml, line 2",
    },
    { what: "no config", files: {}, args: ["--local"], code: "CONFIG_NOT_FOUND", says: "--cwd" },
    {
      what: "a missing config",
      args: ["--local", "-c", "nowhere.toml"],
      code: "CONFIG_NOT_FOUND",
      says: "nowhere.toml",
    },
    {
      what: "an unknown binding",
      args: ["--local", "-b", "NOPE"],
      code: "BINDING_NOT_FOUND",
      says: "kv-manager-metadata-dev",
    },
    {
      what: "an unknown environment",
      args: ["--local", "-e", "nope"],
      code: "BINDING_NOT_FOUND",
      says: "nope",
    },
    {
      what: "two databases that fit",
      args: ["--local"],
      code: "BINDING_AMBIGUOUS",
      says: "wrangler.dev.toml",
    },
    {
      what: "a binding in two configs",
      args: ["--local", "-b", "METADATA"],
      code: "BINDING_AMBIGUOUS",
      says: "is enough",
    },
    { what: "no location", args: ["--yes"], code: "USAGE", says: "--remote" },
    { what: "two locations", args: ["--local", "--remote"], code: "USAGE", says: "--remote" },
    {
      what: "a state folder without --local",
      args: ["--remote", "--persist-to", "x"],
      code: "USAGE",
      says: "--local",
    },
    {
      what: "a date that does not exist",
      args: ["status", "--deployed", "2025-02-30"],
      code: "USAGE",
      says: "2025-02-30",
    },
    {
      what: "a date in the future",
      args: ["status", "--deployed", "2999-01-01"],
      code: "USAGE",
      says: "future",
    },
    { what: "an unknown flag", args: ["--lokal"], code: "USAGE", says: "--lokal" },
    { what: "an unknown command", args: ["upgrade-all"], code: "USAGE", says: "upgrade-all" },
    {
      what: "a flag without its value",
      args: ["--local", "--binding"],
      code: "USAGE",
      says: "--binding needs",
    },
    { what: "a flag of another command", args: ["status", "--local", "--yes"], code: "USAGE", says: "--yes" },
    { what: "a missing folder", args: ["--local", "--cwd", "nowhere"], code: "USAGE", says: "nowhere" },
  ];

  it.each(titled(rows, ({ what, code }) => `with ${what} fails with ${code}`))(
    "%s and changes nothing",
    async (_, row) => {
      const { files, args, code, says } = row;
      const cwd = project(files);
      const before = readdirSync(cwd);
      const result = await runJson(args, { cwd });
      expect([result.code, result.json.error?.code]).toEqual([2, code]);
      expect(`${result.json.error?.message}\n${result.json.error?.advice}`).toContain(says);
      expect(result.stderr).toContain("Nothing was changed.");
      expect(result.starts).toEqual([]);
      expect(readdirSync(cwd)).toEqual(before);
    },
  );

  it("without wrangler fails with WRANGLER_NOT_FOUND and the command that installs it", async () => {
    const cwd = project({ ...stockConfigs, "pnpm-lock.yaml": "" });
    await makeLocal(cwd, productionId, "oldest");
    rmSync(join(cwd, "node_modules"));
    const { code, json } = await runJson(local, { cwd, env: { PATH: "" } });
    expect([code, json.error?.code]).toEqual([1, "WRANGLER_NOT_FOUND"]);
    expect(json.error?.advice).toContain("pnpm add -D wrangler@");
  });

  it("without wrangler still works if there is one on PATH", async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, "oldest");
    const PATH = join(readlinkSync(join(cwd, "node_modules")), ".bin");
    rmSync(join(cwd, "node_modules"));
    const { code } = await runJson(["status", "--local", "-b", "kv-manager-metadata"], {
      cwd,
      env: { PATH },
    });
    expect(code).toBe(3);
  });
});

describe("consent", () => {
  it.each([
    ["without --yes", []],
    ["--dry-run wins over --yes", ["--dry-run", "--yes"]],
  ])("is missing, so the run previews, exits with 3 and changes nothing: %s", async (_, flags) => {
    const cwd = project();
    const file = await makeLocal(cwd, productionId, "2025-11-10");
    const before = dump(file);
    const result = await run(["--local", "--binding", "kv-manager-metadata", ...flags], {
      cwd,
      input: "y\ny\n",
    });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain("ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;");
    expect(result.stdout).toContain("nothing was changed");
    expect(dump(file)).toEqual(before);
  });

  it("is not needed for status --deployed alone, which predicts and contacts nothing", async () => {
    const cwd = project({});
    const old = await runJson(["status", "--deployed", "2025-11-09"], { cwd });
    expect([old.code, old.json.outcome, old.json.target]).toEqual([3, "pending", null]);
    expect(old.json.deployed).toEqual({ from: "2025-11-08", before: "2025-11-10" });
    expect(old.json.migrations.map((m) => m.status)).toEqual(["pending", "applied", "pending"]);
    const fresh = await runJson(["status", "--deployed", "2025-11-22"], { cwd });
    expect([fresh.code, fresh.json.outcome, fresh.json.statements]).toEqual([0, "up-to-date", []]);
    expect([...old.starts, ...fresh.starts]).toEqual([]);
  });
});

describe("the two databases of a stock checkout", () => {
  it("are told apart by -b kv-manager-metadata-dev, and the other one is not created", async () => {
    const cwd = project({ ...stockConfigs, "extra.toml": tomlBinding("other", "x") });
    await makeLocal(cwd, "f0e1d2c3-1111-4222-8333-444455556666", "oldest");
    const { code, json, starts } = await runJson(["--local", "-b", "kv-manager-metadata-dev", "--yes"], {
      cwd,
    });
    expect(code).toBe(0);
    expect(json.target).toMatchObject({
      config: "wrangler.dev.toml",
      binding: "METADATA",
      location: "local",
    });
    expect(starts).toEqual([["engine"]]);
    expect(existsSync(fileOf(cwd, productionId))).toBe(false);
  });
});
