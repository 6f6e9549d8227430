import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfigs } from "../../src/project/config-files.js";
import { databasesElsewhere } from "../../src/project/databases-elsewhere.js";
import { targetsOf } from "../../src/project/targets.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId, stockConfigs, tomlBinding } from "../support/project.js";

const project = disposableProjects();
const found = (cwd: string) => targetsOf(readConfigs(cwd, null), cwd);
const named = (list: ReturnType<typeof databasesElsewhere>) =>
  list.map((c) => `${c.location} ${c.target.database}`);

describe("the databases to continue with", () => {
  it("are the existing local ones, then the deployed ones, without those already handled", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const all = databasesElsewhere(found(cwd), []);
    expect(named(all)).toEqual([
      "local kv-manager-metadata-dev",
      "remote kv-manager-metadata",
      "remote kv-manager-metadata-dev",
    ]);
    expect(named(databasesElsewhere(found(cwd), all.slice(0, 2)))).toEqual([
      "remote kv-manager-metadata-dev",
    ]);
  });

  it("include those in the mounted folder once one of them was handled, and exclude a database without tables", async () => {
    const cwd = project();
    const state = join(cwd, "data");
    await makeLocal(cwd, developmentId, { sql: "CREATE TABLE d1_migrations (id INTEGER);" });
    await makeLocal(cwd, developmentId, "oldest", "", state);
    const [first] = found(cwd);
    if (first === undefined) throw new Error("the project has no database");
    const seen = { target: first, location: "local" as const, persistTo: state, account: null };
    const others = databasesElsewhere(found(cwd), [seen]);
    expect(others.map((c) => [c.location, c.target.database, c.persistTo])).toEqual([
      ["local", "kv-manager-metadata-dev", state],
      ["remote", "kv-manager-metadata", null],
      ["remote", "kv-manager-metadata-dev", null],
    ]);
  });

  it("exclude placeholder ids and databases that are not KV Manager's", () => {
    const cwd = project({
      "wrangler.toml": `${tomlBinding("kv-manager-metadata", "YOUR_D1_DATABASE_ID")}`,
      "wrangler.other.toml": tomlBinding("shop", "0a1b2c3d-1111-4222-8333-444455556666", "SHOP"),
    });
    expect(databasesElsewhere(found(cwd), [])).toEqual([]);
  });

  it("are listed once each, however many configs bind them", () => {
    const cwd = project({ ...stockConfigs, "wrangler.copy.toml": stockConfigs["wrangler.toml"] });
    expect(named(databasesElsewhere(found(cwd), []))).toEqual([
      "remote kv-manager-metadata",
      "remote kv-manager-metadata-dev",
    ]);
  });
});
