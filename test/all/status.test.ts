import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseRequest } from "../../src/command-line/request.js";
import type { AllEnded } from "../../src/flow/all/unattended-all.js";
import { endOf } from "../../src/run/entry.js";
import { summaryOfAll } from "../../src/screen/all-summary.js";
import { tableOfAll } from "../../src/screen/all-table.js";
import { jsonDocumentOfAll } from "../../src/screen/json-output.js";
import { textWidth } from "../../src/screen/text-width.js";
import { allInProcess, styleOf } from "../support/all.js";
import { run, runJson, runJsonOfAll } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump } from "../support/local.js";
import { type MixedFolder, mixedFolder } from "../support/mixed-folder.js";
import { loopback } from "../support/remote.js";

const project = disposableProjects();
const { api } = loopback();

describe("status --all of a folder with every kind of database, one of them locked", () => {
  let folder: MixedFolder;
  let ended: AllEnded & { said: string };
  let request: ReturnType<typeof parseRequest>;
  beforeAll(async () => {
    folder = await mixedFolder(project, api(), { locked: true });
    try {
      ended = await allInProcess(["status", "--all"], folder);
    } finally {
      folder.unlock();
    }
    request = parseRequest(["status", "--all"], folder.cwd, "2026-11-28");
  });

  it("is one table at 120 columns", () => {
    expect(tableOfAll(ended.entries, styleOf(120))).toMatchInlineSnapshot(`
      "┌─────────────────────────┬────────────────────────────────────────────┬──────────────────────────┬────────────────────┐
      │ Database                │ Bound as                                   │ Schema                   │ State              │
      ├─────────────────────────┼────────────────────────────────────────────┼──────────────────────────┼────────────────────┤
      │ kv-manager-staging      │ METADATA in wrangler.toml, environment     │ not read                 │ failed             │
      │ local                   │ staging                                    │                          │ (BUSY)             │
      ├─────────────────────────┼────────────────────────────────────────────┼──────────────────────────┼────────────────────┤
      │ kv-manager-metadata-dev │ METADATA in wrangler.dev.toml              │ 2025-11-08 to 2025-11-09 │ pending 001, 003   │
      │ local                   │                                            │                          │                    │
      ├─────────────────────────┼────────────────────────────────────────────┼──────────────────────────┼────────────────────┤
      │ kv-manager-metadata     │ METADATA in wrangler.toml                  │ before 2025-11-08        │ pending 001 to 003 │
      │ preview                 │                                            │                          │                    │
      ├─────────────────────────┼────────────────────────────────────────────┼──────────────────────────┼────────────────────┤
      │ kv-manager-metadata     │ METADATA in wrangler.toml                  │ 2025-11-22 to 2025-12-08 │ up to date         │
      │ remote                  │ PRODUCTION in wrangler.dev.toml            │                          │                    │
      │                         │ SAME in wrangler.dev.toml                  │                          │                    │
      ├─────────────────────────┼────────────────────────────────────────────┼──────────────────────────┼────────────────────┤
      │ kv-manager-staging      │ METADATA in wrangler.toml, environment     │ 2025-11-10 to 2025-11-21 │ pending 003        │
      │ remote                  │ staging                                    │                          │                    │
      ├─────────────────────────┼────────────────────────────────────────────┼──────────────────────────┼────────────────────┤
      │ shop                    │ DB in wrangler.toml, environment shop      │ another program          │ not KV Manager     │
      │ remote                  │                                            │                          │                    │
      └─────────────────────────┴────────────────────────────────────────────┴──────────────────────────┴────────────────────┘"
    `);
  });

  it("is one table at 80 columns", () => {
    expect(tableOfAll(ended.entries, styleOf(80))).toMatchInlineSnapshot(`
      "┌─────────────────────────┬───────────────────┬───────────────┬────────────────┐
      │ Database                │ Bound as          │ Schema        │ State          │
      ├─────────────────────────┼───────────────────┼───────────────┼────────────────┤
      │ kv-manager-staging      │ METADATA in       │ not read      │ failed         │
      │ local                   │ wrangler.toml,    │               │ (BUSY)         │
      │                         │ environment       │               │                │
      │                         │ staging           │               │                │
      ├─────────────────────────┼───────────────────┼───────────────┼────────────────┤
      │ kv-manager-metadata-dev │ METADATA in       │ 2025-11-08 to │ pending 001,   │
      │ local                   │ wrangler.dev.toml │ 2025-11-09    │ 003            │
      ├─────────────────────────┼───────────────────┼───────────────┼────────────────┤
      │ kv-manager-metadata     │ METADATA in       │ before        │ pending 001 to │
      │ preview                 │ wrangler.toml     │ 2025-11-08    │ 003            │
      ├─────────────────────────┼───────────────────┼───────────────┼────────────────┤
      │ kv-manager-metadata     │ METADATA in       │ 2025-11-22 to │ up to date     │
      │ remote                  │ wrangler.toml     │ 2025-12-08    │                │
      │                         │ PRODUCTION in     │               │                │
      │                         │ wrangler.dev.toml │               │                │
      │                         │ SAME in           │               │                │
      │                         │ wrangler.dev.toml │               │                │
      ├─────────────────────────┼───────────────────┼───────────────┼────────────────┤
      │ kv-manager-staging      │ METADATA in       │ 2025-11-10 to │ pending 003    │
      │ remote                  │ wrangler.toml,    │ 2025-11-21    │                │
      │                         │ environment       │               │                │
      │                         │ staging           │               │                │
      ├─────────────────────────┼───────────────────┼───────────────┼────────────────┤
      │ shop                    │ DB in             │ another       │ not KV Manager │
      │ remote                  │ wrangler.toml,    │ program       │                │
      │                         │ environment shop  │               │                │
      └─────────────────────────┴───────────────────┴───────────────┴────────────────┘"
    `);
  });

  it("is a list at 40 columns", () => {
    expect(tableOfAll(ended.entries, styleOf(40))).toMatchInlineSnapshot(`
      "kv-manager-staging
      local
        Bound as:
          METADATA in wrangler.toml,
          environment staging
        Schema: not read
        State:
          failed
          (BUSY)

      kv-manager-metadata-dev
      local
        Bound as:
          METADATA in wrangler.dev.toml
        Schema: 2025-11-08 to 2025-11-09
        State: pending 001, 003

      kv-manager-metadata
      preview
        Bound as: METADATA in wrangler.toml
        Schema: before 2025-11-08
        State: pending 001 to 003

      kv-manager-metadata
      remote
        Bound as:
          METADATA in wrangler.toml
          PRODUCTION in wrangler.dev.toml
          SAME in wrangler.dev.toml
        Schema: 2025-11-22 to 2025-12-08
        State: up to date

      kv-manager-staging
      remote
        Bound as:
          METADATA in wrangler.toml,
          environment staging
        Schema: 2025-11-10 to 2025-11-21
        State: pending 003

      shop
      remote
        Bound as:
          DB in wrangler.toml, environment
          shop
        Schema: another program
        State: not KV Manager"
    `);
  });

  it.each([40, 60, 80, 120])("has no line wider than %i columns except commands and names", (columns) => {
    const text = summaryOfAll(ended.entries, request, styleOf(columns), {
      sql: true,
      ended: true,
      yes: true,
      note: ended.note,
    });
    const wide = text.split("\n").filter((line) => textWidth(line) > columns && !line.startsWith("  "));
    expect(wide).toEqual([]);
  });

  it("shows what failed, what to do about it, and the next command", () => {
    const text = summaryOfAll(ended.entries, request, styleOf(80), {
      sql: false,
      ended: true,
      yes: true,
      note: ended.note,
    });
    expect(text).toContain("Error (BUSY): Another program holds a lock on the database");
    expect(text).toContain(
      "\n  kv-manager-staging (local; binding METADATA in wrangler.toml, environment staging)\n",
    );
    expect(text).toContain(
      "6 databases: 1 failed, 3 pending, 1 up to date, 1 not KV Manager. Nothing was\nchanged.",
    );
    expect(text).toMatch(/\n {2}kv-manager-upgrade --all --cwd \S+ --yes$/);
  });

  it("reports the same wait once, and the progress", () => {
    expect(ended.said).toMatch(/^Reading 6 databases …\n/);
    expect(ended.said.match(/Trying again in 1 s/g)).toHaveLength(1);
    expect(ended.said).toMatch(/✓ Read 5 of 6 databases; 1 could not be read \(\d+\.\d s\)\n$/);
  });

  it("has the outcome of the failed database, and is one JSON document", () => {
    const results = ended.entries.map(({ result }) => result);
    const end = endOf(results);
    expect(end).toEqual({ outcome: "failed", exitCode: 1 });
    const tool = { name: "kv-manager-upgrade", version: "1.0.0" };
    const document = jsonDocumentOfAll(results, tool, folder.cwd) as {
      databases: { outcome: string; target: Record<string, unknown>; statements: string[]; error: unknown }[];
    };
    expect(Object.keys(document)).toEqual(["schemaVersion", "tool", "outcome", "databases"]);
    expect(
      document.databases.map(({ outcome, target, statements, error }) => [
        target.location,
        target.database,
        outcome,
        statements.length,
        (error as { code: string } | null)?.code,
      ]),
    ).toEqual([
      ["local", "kv-manager-staging", "failed", 0, "BUSY"],
      ["local", "kv-manager-metadata-dev", "pending", 4, undefined],
      ["preview", "kv-manager-metadata", "pending", 6, undefined],
      ["remote", "kv-manager-metadata", "up-to-date", 0, undefined],
      ["remote", "kv-manager-staging", "pending", 1, undefined],
      ["remote", "shop", "not-kv-manager", 0, "NOT_KV_MANAGER"],
    ]);
  });
});

describe("status --all", () => {
  it("reports for a database exactly what a single run reports, and writes nothing", async () => {
    const folder = await mixedFolder(project, api());
    const before = dump(folder.files.dev);
    const from = api().requests.length;
    const all = await runJsonOfAll(["status", "--all"], folder);
    expect(all).toMatchObject({ code: 3, starts: [["engine"]] });
    expect(all.json).toMatchObject({ outcome: "pending", schemaVersion: 1 });
    const asked = api().requests.slice(from);
    expect(asked.every((r) => !r.writes)).toBe(true);
    // One query for each remote database, and one list for all names.
    expect(asked.map((r) => r.endpoint).sort()).toEqual(["list", "query", "query", "query", "query"]);
    const single = await runJson(["status", "--preview", "-b", "METADATA", "-c", "wrangler.toml"], folder);
    const { schemaVersion: _, tool: __, ...rest } = single.json;
    expect(all.json.databases[2]).toEqual(rest);
    expect(dump(folder.files.dev)).toEqual(before);
  });

  it("lists a config that cannot be read, and reads the others", async () => {
    const folder = await mixedFolder(project, api());
    writeFileSync(join(folder.cwd, "wrangler.dev.toml"), "[[d1_databases]\n");
    const { code, stdout, stderr } = await run(["status", "--all", "--remote"], folder);
    expect(code).toBe(2);
    expect(stdout).toMatch(/│ \(config\) +│ wrangler\.dev\.toml +│ not read +│ failed/);
    expect(stdout).toContain("Error (CONFIG_INVALID)");
    expect(stdout).toContain(
      "3 databases: 1 up to date, 1 pending, 1 not KV Manager. 1 config cannot be read.",
    );
    expect(stderr).not.toContain("Error");
  });

  it("reports a missing login once, and starts wrangler once", async () => {
    const folder = await mixedFolder(project, api());
    const env = { ...folder.env, CLOUDFLARE_API_TOKEN: undefined };
    const { code, stdout, starts } = await run(["status", "--all", "--remote"], { cwd: folder.cwd, env });
    expect(code).toBe(1);
    expect(stdout.match(/Wrangler is not logged in/g)).toHaveLength(1);
    expect(stdout).toContain("3 databases: 3 failed. Nothing was changed.");
    expect(starts.filter(([name]) => name !== "engine")).toHaveLength(1);
  });

  it.each([
    [["status", "--all", "--env", "docs"], 2, "BINDING_NOT_FOUND"],
    [["status", "--all", "--preview", "--env", "staging"], 1, "DATABASE_NOT_FOUND"],
    [["status", "--all", "--config", "nowhere.toml"], 2, "CONFIG_NOT_FOUND"],
  ])("fails if %j matches nothing", async (args, code, error) => {
    const folder = await mixedFolder(project, api());
    const run = await runJson(args as string[], folder);
    expect(run.code).toBe(code);
    expect(run.json).toMatchObject({
      outcome: "failed",
      databases: [{ target: null, error: { code: error } }],
    });
    expect(run.stderr).toContain(`Error (${error})`);
  });

  it.each([
    ["--all --snapshot x.md", "status"],
    ["--all --print-query", "status"],
    ["--all --deployed 2025-11-01", "status"],
    ["--all", "setup"],
    ["--all", "explain"],
  ])("rejects %s as a usage error of %s", async (flags, command) => {
    const { code, stderr } = await run([command, ...flags.split(" ")], { cwd: project() });
    expect(code).toBe(2);
    expect(stderr).toContain("--all");
  });
});
