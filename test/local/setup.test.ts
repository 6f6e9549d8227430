import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { fileOf, makeLocal, shapeOf } from "../support/local.js";

const project = disposableProjects();
const args = ["setup", "--local", "--yes"];

/** KV Manager's template, shortened: a setting wrangler 4 rejects, a different binding, a placeholder twice. */
const template = `# KV Manager - template
name = "kv-manager"
main = "worker/index.ts"
compatibility_date = "2025-01-01"
node_compat = true # for buffers

[build]
command = "npm run build"

[[d1_databases]] # D1 Metadata Database
binding = "METADATA_DB"
database_name = "kv-manager-metadata"
database_id = "YOUR_D1_DATABASE_ID"  # Get from d1 create command

[vars]
HINT = "YOUR_D1_DATABASE_ID"
`;

describe("setup of a local database", () => {
  it("creates a config and a database with the current schema in a folder with nothing but wrangler", async () => {
    const cwd = project({}, "kv manager (1) ");
    const first = await run(["setup", "--local"], { cwd });
    expect([first.code, first.starts, existsSync(join(cwd, "wrangler.toml"))]).toEqual([3, [], false]);
    expect(first.stderr).toContain("Would write wrangler.toml");
    expect(first.stdout).toContain("No migration is needed.");

    const { code, json, starts } = await runJson(args, { cwd });
    expect([code, json.outcome, json.applied, starts]).toEqual([0, "set-up", true, [["engine"]]]);
    expect(json.checks.every((c) => c.ok)).toBe(true);
    const other = project();
    const current = await makeLocal(other, "x", { sql: eraSchemas["2025-11-22"] });
    expect(shapeOf(fileOf(cwd, "METADATA"))).toEqual(shapeOf(current));

    const again = await runJson(args, { cwd });
    expect([again.code, again.json.outcome, again.json.applied]).toEqual([0, "up-to-date", false]);
  });

  it("starts from the checkout's template and reports what it changed in it", async () => {
    const cwd = project({ "wrangler.toml.example": template });
    const { code, json, stderr } = await runJson(args, { cwd });
    expect([code, json.outcome, json.target?.binding]).toEqual([0, "set-up", "METADATA"]);
    expect(stderr).toContain('node_compat becomes compatibility_flags = ["nodejs_compat"]');
    expect(stderr).toContain("The binding METADATA_DB becomes METADATA");
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toBe(
      template
        .replace("node_compat = true", 'compatibility_flags = ["nodejs_compat"]')
        .replace('"METADATA_DB"', '"METADATA"'),
    );
    expect(readFileSync(join(cwd, "wrangler.toml.example"), "utf8")).toBe(template);
  });

  it("adds a database to a config that has none, and keeps what else is in it", async () => {
    const config = '{\n  // mine\n  "name": "kv", /* x */\n  "compatibility_date": "2025-01-01"\n}\n';
    const cwd = project({ "wrangler.jsonc": config });
    const { code, json } = await runJson([...args, "-b", "my-metadata"], { cwd });
    expect([code, json.outcome, json.target?.database]).toEqual([0, "set-up", "my-metadata"]);
    const after = readFileSync(join(cwd, "wrangler.jsonc"), "utf8");
    expect(after).toContain('"name": "kv", /* x */');
    expect(after.startsWith(config.slice(0, config.indexOf('"2025')))).toBe(true);
  });

  it("warns at the start and the end about a binding that KV Manager does not read", async () => {
    const config = template.replace("node_compat = true", "").replace("YOUR_D1", "MY_D1");
    const cwd = project({ "wrangler.toml": config });
    const { code, stdout, stderr } = await run(args, { cwd });
    expect(code).toBe(0);
    const told =
      "KV Manager reads the binding METADATA, and wrangler.toml binds this database as METADATA_DB.";
    expect(stderr.split(told)).toHaveLength(3);
    expect(stdout).toContain("Next: rename the binding METADATA_DB in wrangler.toml to METADATA");
    expect(stdout).not.toContain("start KV Manager");
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toBe(config);
    // Also if everything is already done and there is no next step.
    expect((await run(args, { cwd })).stderr).toContain(`Note: ${told}`);
  });

  it("does not overwrite a config that cannot be read", async () => {
    const broken = 'name = "kv\n';
    const cwd = project({ "wrangler.toml": broken, "wrangler.toml.example": template });
    const { code, json, starts } = await runJson(args, { cwd });
    expect([code, json.error?.code, starts]).toEqual([2, "CONFIG_INVALID", []]);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toBe(broken);
  });

  it("refuses a template that is not UTF-8, shows the invalid place, and writes nothing", async () => {
    const cwd = project({});
    const template = Buffer.from('name = "kv-manager"\n# Für Worker\nmain = "worker/index.ts"\n', "latin1");
    writeFileSync(join(cwd, "wrangler.toml.example"), template);
    const before = readdirSync(cwd);
    const { code, json, starts } = await runJson(["setup", "--local", "--yes"], { cwd });
    expect([code, json.error?.code, starts]).toEqual([2, "CONFIG_INVALID", []]);
    expect(json.error?.message).toContain("wrangler.toml.example, line 2, column 4,");
    expect(readdirSync(cwd)).toEqual(before);
  });

  it("refuses a config that is not UTF-8, shows the invalid place, and leaves every byte as it was", async () => {
    const cwd = project({});
    const config = Buffer.from('name = "kv-manager"\ncompatibility_date = "2025-01-01" # für D1\n', "latin1");
    writeFileSync(join(cwd, "wrangler.toml"), config);
    for (const more of [["--yes"], []]) {
      const { code, json, starts, stderr } = await runJson(["setup", "--local", ...more], { cwd });
      expect([code, json.error?.code, starts]).toEqual([2, "CONFIG_INVALID", []]);
      expect(json.error?.message).toBe(
        "The config wrangler.toml, line 2, column 38, cannot be used: it is not valid UTF-8; save the file as UTF-8.",
      );
      expect(stderr).toContain("Nothing was changed.");
      expect(readFileSync(join(cwd, "wrangler.toml"))).toEqual(config);
    }
  });

  it("without --yes lists what was not checked, and claims nothing about it", async () => {
    const cwd = project({ "wrangler.toml.example": template });
    await makeLocal(cwd, "YOUR_D1_DATABASE_ID", "oldest");
    const local = await run(["setup", "--local"], { cwd });
    expect(local.stdout).toContain("Not checked yet: the local database kv-manager-metadata, which is read");
    const remote = await run(["setup", "--remote"], { cwd });
    expect(remote.stdout).toContain("Not checked yet: whether you are logged in, and whether your account");
    for (const { code, stdout, starts } of [local, remote]) {
      expect([code, starts]).toEqual([3, []]);
      expect(stdout).not.toMatch(/No migration is needed|statements pending/);
      expect(stdout).toMatch(/To apply:\n.* setup --\w+ --config wrangler\.toml .*--yes\n$/);
    }
  });

  it("without --yes claims nothing about a local database whose file name only wrangler can resolve", async () => {
    const cwd = project({ "wrangler.toml.example": template });
    const file = await makeLocal(cwd, "YOUR_D1_DATABASE_ID", "oldest");
    renameSync(file, join(dirname(file), "dev.sqlite"));
    const { stdout, starts } = await run(["setup", "--local"], { cwd });
    expect(stdout).toContain("Not checked yet: the local database kv-manager-metadata, which is read");
    expect(starts).toEqual([]);
  });

  it("fails without wrangler and changes nothing", async () => {
    const cwd = project({});
    rmSync(join(cwd, "node_modules"));
    for (const more of [["--yes"], []]) {
      const { code, json, stderr } = await runJson(["setup", "--local", ...more], { cwd, env: { PATH: "" } });
      expect([code, json.error?.code]).toEqual([1, "WRANGLER_NOT_FOUND"]);
      expect(stderr).toContain("Nothing was changed.");
      expect(readdirSync(cwd)).toEqual([]);
    }
  });
});
