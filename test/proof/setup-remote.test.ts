import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allTables, freshName, jsoncWithPlaceholder, remoteSetup, tomlWithoutId } from "../support/setup.js";

const { project, setUp, setUpWithLogin, idsOf, tablesOf } = remoteSetup();

describe("setup of a deployed database", () => {
  it("without --yes only says what it would do", async () => {
    const name = freshName();
    const cwd = project({ "wrangler.toml": tomlWithoutId(name) });
    const asked = await setUp(cwd);
    expect([asked.code, asked.json.outcome, asked.json.statements.length > 0]).toEqual([3, "pending", true]);
    expect(asked.stderr).toContain(`Would create the D1 database ${name}`);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toBe(tomlWithoutId(name));
    expect(await idsOf(name)).toEqual([]);
  });

  it.each([
    ["wrangler.toml", tomlWithoutId, "token"],
    ["wrangler.jsonc", jsoncWithPlaceholder, "token"],
    ["wrangler.toml", tomlWithoutId, "login"],
  ])("creates it and its schema, and adds its id to %s, comments kept (%#)", async (file, text, way) => {
    const name = freshName();
    const cwd = project({ [file]: text(name) });
    const run = way === "login" ? setUpWithLogin : setUp;
    const { code, json, starts } = await run(cwd, "--yes", "--d1-location", "weur");
    expect([code, json.outcome, json.applied]).toEqual([0, "set-up", true]);
    expect(json.checks.every((c) => c.ok)).toBe(true);
    const [id = ""] = await idsOf(name);
    const expected = file.endsWith("toml")
      ? text(name).replace("# by hand\n", `# by hand\ndatabase_id = "${id}"\n`)
      : text(name).replace('"YOUR_D1_DATABASE_ID",\n    }', `"${id}",\n    }`);
    expect(readFileSync(join(cwd, file), "utf8")).toBe(expected);
    expect(await tablesOf(id)).toEqual(allTables);
    const create = starts.find((args) => args[1] === "create");
    const command = way === "login" ? ["d1", "create", name, "--location=weur"] : undefined;
    expect(create?.slice(0, 4)).toEqual(command);
  });

  it("creates nothing when the config has no safe place for the id", async () => {
    const name = freshName();
    // The name is escaped in the config, so there is no safe place for the id.
    const cwd = project({
      "wrangler.toml": `name = "kv"\ncompatibility_date = "2025-01-01"\nd1_databases = [{ "bindin\\u0067" = "METADATA", "database_nam\\u0065" = "${name}" }]\n`,
    });
    const { code, json } = await setUp(cwd, "--yes");
    expect([code, json.error?.code]).toEqual([2, "CONFIG_INVALID"]);
    expect(json.error?.advice).toContain(`d1 create ${name}`);
    expect(await idsOf(name)).toEqual([]);
  });

  it("creates nothing when the config is not valid UTF-8, says where, and leaves it alone", async () => {
    const name = freshName();
    const cwd = project({});
    const config = Buffer.from(tomlWithoutId(name).replace("# the Worker", "# für D1"), "latin1");
    writeFileSync(join(cwd, "wrangler.toml"), config);
    const { code, json } = await setUp(cwd, "--yes");
    expect([code, json.error?.code]).toEqual([2, "CONFIG_INVALID"]);
    expect(json.error?.message).toContain("wrangler.toml, line 2, column 24, cannot be used");
    expect(json.error?.message).toContain("not valid UTF-8");
    expect(readFileSync(join(cwd, "wrangler.toml"))).toEqual(config);
    expect(await idsOf(name)).toEqual([]);
  });
});
