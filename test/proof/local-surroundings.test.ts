import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, fileOf, makeLocal } from "../support/local.js";
import { developmentId, packageFolder, productionId } from "../support/project.js";

const project = disposableProjects();
const head = 'name = "kv-manager"\nmain = "worker/index.ts"\ncompatibility_date = "2025-11-01"\n';
const entry = '\n[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\n';
const withId = (id: string) => `${entry}database_id = "${id}"\n`;
const jsonc = `// KV Manager
{
  "name": "kv-manager", /* the Worker */
  "compatibility_date": "2025-11-01",
  "d1_databases": [
    { "binding": "METADATA", "database_name": "kv-manager-metadata", "database_id": "${productionId}", },
  ],
}
`;
const generated = `{"name":"kv-manager","d1_databases":[{"binding":"METADATA","database_name":"kv-manager-metadata","database_id":"${developmentId}"}]}`;

/**
 * Runs status for a folder's local database. wrangler must read the existing one, which lacks one column, and create
 * no other.
 * @param file the database's
 */
async function expectFound(file: string, cwd: string, flags: string[] = []): Promise<void> {
  const { code, json, starts } = await runJson(["status", "--local", ...flags], { cwd });
  expect([code, json.error, json.outcome]).toEqual([3, null, "pending"]);
  expect(json.statements).toEqual(["ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT"]);
  expect(starts).toHaveLength(1);
  const databases = readdirSync(dirname(file)).filter((name) => name.endsWith(".sqlite"));
  expect(databases.sort()).toEqual([basename(file), "metadata.sqlite"].sort());
}

describe("the config", () => {
  it.each<[string, Record<string, string>, string]>([
    ["without a database_id, as for automatic provisioning", { "wrangler.toml": head + entry }, "METADATA"],
    ["with an empty database_id", { "wrangler.toml": head + withId("") }, ""],
    [
      "with an empty preview_database_id",
      { "wrangler.toml": `${head}${withId(productionId)}preview_database_id = ""\n` },
      "",
    ],
    [
      "with KV Manager's own id for development",
      { "wrangler.toml": head + withId("local-dev-database") },
      "local-dev-database",
    ],
    [
      "of Windows, with its mark",
      { "wrangler.toml": `\uFEFF${head}${withId(productionId)}`.replaceAll("\n", "\r\n") },
      productionId,
    ],
    [
      "with settings that have slipped into the database's entry",
      {
        "wrangler.toml": `${head}${withId(productionId)}remote = true\nmigrations_dir = "m"\nroutes = ["x"]\n`,
      },
      productionId,
    ],
    [
      "in JSON with a mark, comments and trailing commas",
      { "wrangler.json": `\uFEFF${jsonc}` },
      productionId,
    ],
    [
      "that a build has redirected wrangler dev from",
      {
        "wrangler.toml": head + withId(productionId),
        ".wrangler/deploy/config.json": '{"configPath": "../../dist/wrangler.json"}',
        "dist/wrangler.json": generated,
      },
      productionId,
    ],
    [
      "beside a .env that names another environment, and silences wrangler",
      {
        "wrangler.toml": `${head}${withId(productionId)}\n[env.staging]\n${withId(developmentId).replace("[[", "[[env.staging.")}`,
        ".env": "CLOUDFLARE_ENV=staging\nWRANGLER_LOG=error\n",
      },
      productionId,
    ],
  ])("%s", async (_, files, id) => {
    const cwd = project(files);
    await expectFound(await makeLocal(cwd, id, "2025-11-10"), cwd);
  });

  it("in TOML beside one in JSON is ambiguous until one of them is named", async () => {
    const cwd = project({ "wrangler.toml": head + withId(productionId), "wrangler.json": generated });
    const file = await makeLocal(cwd, productionId, "2025-11-10");
    const unsaid = await runJson(["status", "--local"], { cwd });
    expect([unsaid.code, unsaid.json.error?.code, unsaid.starts]).toEqual([2, "BINDING_AMBIGUOUS", []]);
    for (const name of ["wrangler.toml", "wrangler.json"])
      expect(unsaid.json.error?.advice).toContain(`binding METADATA in ${name}`);
    await expectFound(file, cwd, ["--config", "wrangler.toml"]);
  });
});

describe("the folder", () => {
  it("may be a pnpm workspace's package whose config is at the root", async () => {
    const cwd = project({
      "wrangler.toml": head + withId(productionId),
      "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
      "packages/web/package.json": '{"name": "web"}',
    });
    // Only links to pnpm's store, and one wrangler for all packages.
    rmSync(join(cwd, "node_modules"));
    const store = join(cwd, "node_modules", ".pnpm", "wrangler@4", "node_modules");
    mkdirSync(dirname(store), { recursive: true });
    symlinkSync(join(packageFolder, "node_modules"), store, "junction");
    symlinkSync(join(store, "wrangler"), join(cwd, "node_modules", "wrangler"), "junction");
    await expectFound(await makeLocal(cwd, productionId, "2025-11-10"), join(cwd, "packages", "web"));
  });

  it("may be a symbolic link", async () => {
    const cwd = project({ "wrangler.toml": head + withId(productionId) });
    const links = project({});
    symlinkSync(cwd, join(links, "kv"), "junction");
    await expectFound(await makeLocal(cwd, productionId, "2025-11-10"), links, ["--cwd", "kv"]);
  });

  it("whose config is a symbolic link keeps its state beside the link", async () => {
    const elsewhere = project({ "kv.toml": head + withId(productionId) });
    const cwd = project({});
    symlinkSync(join(elsewhere, "kv.toml"), join(cwd, "wrangler.toml"));
    await expectFound(await makeLocal(cwd, productionId, "2025-11-10"), cwd);
    expect(readdirSync(elsewhere).sort()).toEqual(["kv.toml", "node_modules"]);
  });

  it("may have a symbolic link as .wrangler, as between worktrees", async () => {
    const cwd = project({ "wrangler.toml": head + withId(productionId) });
    const shared = project({});
    await makeLocal(cwd, productionId, "2025-11-10");
    renameSync(join(cwd, ".wrangler"), join(shared, "state"));
    symlinkSync(join(shared, "state"), join(cwd, ".wrangler"), "junction");
    await expectFound(fileOf(cwd, productionId), cwd);
  });

  // Windows does not allow quotation marks in names.
  it.skipIf(process.platform === "win32")(
    "may have a name full of characters that a shell would interpret",
    async () => {
      const cwd = project(
        { "wrangler.toml": `# ä\n${head}${withId(productionId)}` },
        `Über "KV" it's & (1) [x] $HOME %PATH% #; `,
      );
      const file = await makeLocal(cwd, productionId, "2025-11-10");
      const { code, stdout, stderr, starts } = await run(["--local", "--yes"], { cwd });
      expect([code, stderr.includes("Error")]).toEqual([0, false]);
      expect(starts).toEqual([["engine"]]);
      expect(stdout).toContain("bulk_jobs.metadata");
      expect(dump(file).schema.find(({ name }) => name === "bulk_jobs")?.sql).toContain("metadata TEXT");
    },
  );
});
