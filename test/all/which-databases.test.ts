import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allDatabases, type Narrowing } from "../../src/project/all-databases.js";
import { readConfigs } from "../../src/project/config-files.js";
import { targetsOf } from "../../src/project/targets.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { tomlBinding } from "../support/project.js";

const project = disposableProjects();
const [one, two, three] = [1, 2, 3].map((n) => `0a1b2c3d-1111-4222-8333-44445555666${n}`) as [
  string,
  string,
  string,
];
const anyPlace: Narrowing = { location: null, binding: null, env: null, persistTo: null };

/** What `--all` selects in a folder of configs, as `place name: bindings`. */
function allIn(cwd: string, wish: Partial<Narrowing> = {}) {
  const { databases, unreachable } = allDatabases(targetsOf(readConfigs(cwd, null), cwd), {
    ...anyPlace,
    ...wish,
  });
  return {
    unreachable: unreachable.map((t) => `${t.binding} in ${t.config}`),
    databases: databases.map(
      ({ connection, bound }) =>
        `${connection.location} ${connection.target.database}: ${bound.map((t) => `${t.binding} in ${t.config}`).join(", ")}`,
    ),
  };
}

describe("--all", () => {
  it("selects each database in each place it can be: local, then preview, then remote", async () => {
    const cwd = project({
      "wrangler.toml": `${tomlBinding("kv", one)}preview_database_id = "${two}"\n`,
      "wrangler.dev.toml": tomlBinding("kv-dev", "local-dev-database"),
    });
    await makeLocal(cwd, two, { sql: "SELECT 1" });
    expect(allIn(cwd)).toEqual({
      databases: [
        "local kv: METADATA in wrangler.toml",
        "preview kv: METADATA in wrangler.toml",
        "remote kv: METADATA in wrangler.toml",
      ],
      // It has no local copy, and its id is not a Cloudflare id.
      unreachable: ["METADATA in wrangler.dev.toml"],
    });
  });

  it("selects an id once, however many bindings name it and in whatever case", () => {
    const cwd = project({
      "wrangler.toml": tomlBinding("kv", one) + tomlBinding("kv-again", one.toUpperCase(), "AGAIN"),
      "wrangler.b.toml": `[[env.x.d1_databases]]\nbinding = "B"\ndatabase_name = "b"\ndatabase_id = "${one}"\n`,
    });
    expect(allIn(cwd).databases).toEqual([
      "remote kv: METADATA in wrangler.toml, AGAIN in wrangler.toml, B in wrangler.b.toml",
    ]);
  });

  it("selects a remote database that is another binding's preview once, as remote", () => {
    const cwd = project({
      "wrangler.toml": `${tomlBinding("kv", one)}preview_database_id = "${two}"\n`,
      "wrangler.b.toml": tomlBinding("kv-two", two, "TWO"),
    });
    expect(allIn(cwd).databases).toEqual([
      "remote kv-two: TWO in wrangler.b.toml, METADATA in wrangler.toml",
      "remote kv: METADATA in wrangler.toml",
    ]);
    expect(allIn(cwd, { location: "preview" }).databases).toEqual(["preview kv: METADATA in wrangler.toml"]);
  });

  it("selects a local file once, even through --persist-to and a link", async () => {
    const cwd = project({
      "wrangler.toml": tomlBinding("kv", one),
      "wrangler.b.toml": tomlBinding("kv-b", one, "B") + tomlBinding("kv-c", three, "C"),
    });
    const state = join(cwd, "data", ".wrangler", "state");
    await makeLocal(cwd, one, { sql: "SELECT 1" }, "", state);
    expect(allIn(cwd).databases.filter((text) => text.startsWith("local"))).toEqual([]);
    const bound = "local kv: METADATA in wrangler.toml, B in wrangler.b.toml";
    const wish = { location: "local" } as const;
    expect(allIn(cwd, { ...wish, persistTo: state }).databases).toEqual([bound]);
    mkdirSync(join(cwd, ".wrangler"));
    symlinkSync(state, join(cwd, ".wrangler", "state"), "junction");
    expect(allIn(cwd, wish).databases).toEqual([bound]);
  });

  it("selects only what the flags allow", () => {
    const cwd = project({
      "wrangler.toml": `${tomlBinding("kv", one)}[[env.x.d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-x"\ndatabase_id = "${two}"\n`,
      "wrangler.b.toml": tomlBinding("kv-b", three, "B"),
    });
    expect(allIn(cwd, { env: "x" }).databases).toEqual(["remote kv-x: METADATA in wrangler.toml"]);
    expect(allIn(cwd, { binding: "kv-b" }).databases).toEqual(["remote kv-b: B in wrangler.b.toml"]);
    expect(allIn(cwd, { binding: "METADATA" }).databases).toHaveLength(2);
    expect(allIn(cwd, { location: "local" })).toEqual({
      databases: [],
      unreachable: expect.arrayContaining(["B in wrangler.b.toml"]),
    });
  });
});
