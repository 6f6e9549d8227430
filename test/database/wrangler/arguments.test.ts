import { describe, expect, it } from "vitest";
import { createArguments, executeArguments } from "../../../src/database/wrangler/arguments.js";
import { connectionTo } from "../../support/connections.js";

describe("wrangler's arguments", () => {
  const sql = 'CREATE TABLE "a" (\n  b TEXT DEFAULT \'%PATH% "x"\'\n);\n-- end';
  const folder = "C:\\Users\\Jo Doe\\kv & more\\";

  it("keep each value unchanged in one argument, even newlines, quotes and Windows paths", () => {
    const { target, ...rest } = connectionTo("local");
    const connection = {
      ...rest,
      target: { ...target, configPath: `${folder}wrangler.toml` },
      persistTo: `${folder}state`,
    };
    expect(executeArguments(connection, sql)).toEqual([
      ...["d1", "execute", target.wranglerName, "--local"],
      `--config=${folder}wrangler.toml`,
      "--env=",
      `--persist-to=${folder}state`,
      "--json",
      `--command=${sql}`,
    ]);
  });

  it("include the location or jurisdiction of a new database only if it is set", () => {
    const connection = connectionTo("remote");
    const config = [`--config=${connection.target.configPath}`, "--env="];
    const create = (location: string | null, jurisdiction: string | null) =>
      createArguments(connection, "kv", { location, jurisdiction });
    expect(create(null, null)).toEqual(["d1", "create", "kv", ...config]);
    expect(create("weur", null)).toEqual(["d1", "create", "kv", "--location=weur", ...config]);
    expect(create(null, "eu")).toEqual(["d1", "create", "kv", "--jurisdiction=eu", ...config]);
  });
});
