import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Problem } from "../../src/lib/problem.js";
import { readConfig, readConfigs } from "../../src/project/config-files.js";
import { stockConfigs } from "../support/project.js";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-config-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const problem = (code: string, message: string | RegExp) =>
  expect.objectContaining({
    code,
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });

/** What was thrown, as a value to compare. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const bound = {
  env: null,
  binding: "METADATA",
  database: "kv-manager-metadata",
  databaseId: "id-1",
  previewDatabaseId: null,
};

describe("reading one config", () => {
  const toml =
    '[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\ndatabase_id = "id-1"\n';
  const json =
    '{"d1_databases": [{"binding": "METADATA", "database_name": "kv-manager-metadata", "database_id": "id-1"}]}';

  it.each([
    ["TOML", "wrangler.toml", toml],
    [
      "TOML with a byte order mark and Windows line endings",
      "wrangler.toml",
      `\uFEFF# with a BOM\r\n${toml.replaceAll("\n", "\r\n")}`,
    ],
    ["TOML, whatever the case of its extension", "wrangler.TOML", toml],
    ["JSON", "wrangler.json", json],
    ["JSON with a byte order mark", "wrangler.json", `\uFEFF${json}`],
    [
      "JSON with a comment, as wrangler allows",
      "wrangler.json",
      json.replace("{", '{ // as wrangler allows\n "$schema": "x",'),
    ],
    [
      "JSONC with comments and trailing commas",
      "wrangler.jsonc",
      `// about\n${json.replace("}]}", '/* more */, }, ],}\n// "end"')}`,
    ],
  ])("reads %s", (_, name, text) => {
    const path = write(name, text);
    expect(readConfig(path)).toEqual({ path, environments: [], bindings: [bound], accountId: null });
  });

  it("returns every environment, every binding and the account", () => {
    const path = write(
      "wrangler.toml",
      `account_id = "acc"\n${toml}preview_database_id = "pre"\n
[[d1_databases]]\nbinding = "CACHE"\n
[env.staging]\nname = "s"\n[[env.staging.d1_databases]]\nbinding = "METADATA"\ndatabase_name = "stage"\n
[env.bare]\nname = "b"\n`,
    );
    const none = { database: null, databaseId: null, previewDatabaseId: null };
    expect(readConfig(path)).toEqual({
      path,
      environments: ["staging", "bare"],
      bindings: [
        { ...bound, previewDatabaseId: "pre" },
        { ...none, env: null, binding: "CACHE" },
        { ...none, env: "staging", binding: "METADATA", database: "stage" },
      ],
      accountId: "acc",
    });
  });

  it.each([
    ["an empty wrangler.toml", "wrangler.toml", ""],
    ["a wrangler.toml with other settings", "wrangler.toml", 'name = "x"\n[vars]\nA = 1\n'],
    ["a wrangler.json without settings", "wrangler.json", "{}"],
    ["a wrangler.json that sets them to null", "wrangler.json", '{"d1_databases": null, "env": null}'],
    ["a wrangler.json with empty lists", "wrangler.json", '{"d1_databases": [], "env": []}'],
  ])("finds no bindings in %s", (_, name, text) => {
    expect(readConfig(write(name, text))).toMatchObject({ environments: [], bindings: [], accountId: null });
  });

  it("treats an empty name as missing but keeps an empty id, because a local database is stored under it", () => {
    const path = write(
      "wrangler.json",
      '{"d1_databases": [{"binding": "A", "database_id": "", "database_name": ""}]}',
    );
    expect(readConfig(path).bindings).toEqual([{ ...bound, binding: "A", database: null, databaseId: "" }]);
  });

  const d1 = "[[d1_databases]]";
  it.each([
    [
      "TOML with a list that is not closed",
      "wrangler.toml",
      'name = "a"\nd1 = [\n',
      /^, line [23], cannot be used: .+\.$/,
    ],
    ["TOML with a key twice", "wrangler.toml", "ok = 1\n\nok = 2\n", /^, line 3, cannot be used: .+\.$/],
    [
      "TOML with a string that is not closed",
      "wrangler.dev.toml",
      '\uFEFFname = "a\n',
      /^, line 1, cannot be used: .+\.$/,
    ],
    [
      "JSON with a missing comma",
      "wrangler.json",
      '{\n  "a": 1\n  "b": 2\n}',
      ", line 3, cannot be used: comma expected.",
    ],
    ["JSON that is empty", "wrangler.json", "", ", line 1, cannot be used: value expected."],
    [
      "JSON with an object that is not closed",
      "wrangler.jsonc",
      '{"a": 1',
      ", line 1, cannot be used: close brace expected.",
    ],
    ["JSON that is a list", "wrangler.json", "[]", " cannot be used: it contains no settings."],
    [
      "databases that are not a list",
      "wrangler.json",
      '{"d1_databases": {}}',
      " cannot be used: d1_databases is not a list.",
    ],
    [
      "databases of an environment that are not a list",
      "wrangler.toml",
      "[env.prod]\nd1_databases = 1\n",
      ', environment "prod", cannot be used: d1_databases is not a list.',
    ],
    [
      "a database without a binding",
      "wrangler.toml",
      `${d1}\ndatabase_name = "x"\n`,
      " cannot be used: a D1 database has no binding.",
    ],
    [
      "a binding that is a number",
      "wrangler.json",
      '{"d1_databases": [{"binding": 5, "database_name": "x"}]}',
      " cannot be used: a D1 database has no binding.",
    ],
    [
      "a database that is a string",
      "wrangler.json",
      '{"env": {"prod": {"d1_databases": ["x"]}}}',
      ', environment "prod", cannot be used: a D1 database has no binding.',
    ],
    [
      "a name that is a number",
      "wrangler.json",
      '{"d1_databases": [{"binding": "A", "database_name": 5}]}',
      " cannot be used: database_name is not a string.",
    ],
    [
      "an id that is a number",
      "wrangler.toml",
      `${d1}\nbinding = "A"\ndatabase_id = 123\n`,
      " cannot be used: database_id is not a string.",
    ],
    [
      "an id that is null",
      "wrangler.json",
      '{"d1_databases": [{"binding": "A", "database_id": null}]}',
      " cannot be used: database_id is not a string.",
    ],
    [
      "the id of a preview that is a boolean",
      "wrangler.toml",
      '[[env.prod.d1_databases]]\nbinding = "A"\npreview_database_id = true\n',
      ', environment "prod", cannot be used: preview_database_id is not a string.',
    ],
  ])("rejects %s, and names the place", (_, name, text, what) => {
    const said = typeof what === "string" ? what : expect.stringMatching(what);
    const { code, message } = thrownBy(() => readConfig(write(name, text))) as Problem;
    const start = `The config ${name}`;
    expect(code).toBe("CONFIG_INVALID");
    expect(message.slice(0, start.length)).toBe(start);
    expect(message.slice(start.length)).toEqual(said);
  });
});

describe("the configs of a folder", () => {
  const names = () => readConfigs(folder, null).files.map((f) => basename(f.path));

  it("are all read, wrangler's default first, without templates and other files", () => {
    for (const [path, text] of Object.entries(stockConfigs)) write(path, text);
    for (const name of ["wrangler.example.toml", "wrangler.sample.json", "wrangler.Template.jsonc"])
      write(name, "{");
    for (const name of ["my-wrangler.toml", "wrangler.toml.bak", "wrangler.yaml", "package.json"])
      write(name, "{");
    mkdirSync(join(folder, "wrangler.d.toml"));
    write("wrangler.jsonc", "{}");
    write("wrangler-a.json", "{}");
    expect(names()).toEqual(["wrangler.jsonc", "wrangler.toml", "wrangler-a.json", "wrangler.dev.toml"]);
    expect(readConfigs(folder, null).broken).toEqual([]);
  });

  it("come from the nearest folder that has one, searching upward", () => {
    write("wrangler.toml", "");
    write("a/wrangler.example.toml", "");
    mkdirSync(join(folder, "a", "b"));
    for (const cwd of ["a/b", "a", "."]) {
      const configs = readConfigs(join(folder, cwd), null);
      expect([configs.folder, configs.files.map((f) => f.path)]).toEqual([
        folder,
        [join(folder, "wrangler.toml")],
      ]);
    }
    write("a/wrangler.dev.toml", "");
    expect(readConfigs(join(folder, "a", "b"), null).folder).toBe(join(folder, "a"));
  });

  it("are still read when one of them is invalid", () => {
    write("wrangler.toml", stockConfigs["wrangler.toml"]);
    write("wrangler.dev.toml", 'a = 1\nb = "\n');
    const { files, broken } = readConfigs(folder, null);
    expect(files.map((f) => [basename(f.path), f.bindings.length])).toEqual([["wrangler.toml", 1]]);
    expect(broken).toEqual([
      {
        path: join(folder, "wrangler.dev.toml"),
        problem: problem("CONFIG_INVALID", /^The config wrangler\.dev\.toml, line 2, cannot be used: /),
      },
    ]);
  });

  it("come from the nearest folder even if its only config is invalid", () => {
    write("wrangler.toml", stockConfigs["wrangler.toml"]);
    write("a/wrangler.json", "{");
    const configs = readConfigs(join(folder, "a"), null);
    expect([configs.folder, configs.files, configs.broken.length]).toEqual([join(folder, "a"), [], 1]);
  });

  it("are reported as missing when no folder has one", () => {
    expect(thrownBy(() => readConfigs(folder, null))).toEqual(
      problem(
        "CONFIG_NOT_FOUND",
        /^No Wrangler config \(wrangler\.toml, .*\) was found here or in a parent folder\.$/,
      ),
    );
  });
});

describe("--config", () => {
  it("reads only the given file, relative to the current folder, whatever its name", () => {
    write("wrangler.toml", "[");
    const path = write("conf/production.example.toml", stockConfigs["wrangler.toml"]);
    for (const only of ["conf/production.example.toml", "./conf/../conf/production.example.toml", path]) {
      const configs = readConfigs(folder, only);
      expect([configs.folder, configs.files.map((f) => f.path), configs.broken]).toEqual([
        join(folder, "conf"),
        [path],
        [],
      ]);
    }
  });

  it.each(["nothing.toml", ".", "conf"])("rejects %s because it is not a file", (only) => {
    mkdirSync(join(folder, "conf"));
    expect(thrownBy(() => readConfigs(folder, only))).toEqual(
      problem("CONFIG_NOT_FOUND", `There is no file "${only}".`),
    );
  });

  it("names the invalid line of the given file", () => {
    write("w.json", '{\n\n"a"');
    expect(thrownBy(() => readConfigs(folder, "w.json"))).toEqual(
      problem("CONFIG_INVALID", /^The config w\.json, line 3, cannot be used: /),
    );
  });
});

describe.skipIf(process.platform === "win32")("a config that is a symbolic link", () => {
  const missing = "shared/kv/wrangler.toml";
  const lost = problem(
    "CONFIG_INVALID",
    `The config wrangler.toml cannot be used: it is a link to ${missing}, which does not exist.`,
  );

  it("is read when it points to a file", () => {
    write("shared.toml", stockConfigs["wrangler.toml"]);
    symlinkSync("shared.toml", join(folder, "wrangler.toml"));
    expect(readConfigs(folder, null).files.map((f) => f.path)).toEqual([join(folder, "wrangler.toml")]);
  });

  it("is reported as invalid when its target is missing, and no parent folder is searched", () => {
    write("wrangler.toml", stockConfigs["wrangler.toml"]);
    mkdirSync(join(folder, "kv"));
    symlinkSync(missing, join(folder, "kv", "wrangler.toml"));
    const configs = readConfigs(join(folder, "kv"), null);
    expect([configs.files, configs.broken.map((b) => b.problem)]).toEqual([[], [lost]]);
  });

  it("is reported as invalid when --config names it and its target is missing", () => {
    symlinkSync(missing, join(folder, "wrangler.toml"));
    expect(thrownBy(() => readConfigs(folder, "wrangler.toml"))).toEqual(lost);
  });

  it("is reported as invalid when it points to itself or through a file", () => {
    write("file", "");
    symlinkSync("wrangler.toml", join(folder, "wrangler.toml"));
    symlinkSync("file/a.toml", join(folder, "wrangler.dev.toml"));
    expect(readConfigs(folder, null).broken.map(({ problem }) => problem.message)).toEqual([
      expect.stringMatching(
        /wrangler\.toml cannot be used: it is a link to wrangler\.toml, which points back/,
      ),
      expect.stringMatching(/wrangler\.dev\.toml cannot .* a link to file\/a\.toml, which does not exist/),
    ]);
  });

  it("is not a config when it points to a folder, as in wrangler", () => {
    mkdirSync(join(folder, "conf"));
    symlinkSync("conf", join(folder, "wrangler.toml"));
    expect(thrownBy(() => readConfigs(folder, "wrangler.toml"))).toEqual(
      problem("CONFIG_NOT_FOUND", 'There is no file "wrangler.toml".'),
    );
  });
});

it("a UTF-16 config is rejected as UTF-16, which wrangler cannot read either", () => {
  const path = join(folder, "wrangler.toml");
  writeFileSync(path, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('name = "kv"', "utf16le")]));
  expect(() => readConfig(path)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("it is UTF-16") }),
  );
});
