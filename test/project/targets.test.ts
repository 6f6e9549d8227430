import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type D1Binding, readConfigs } from "../../src/project/config-files.js";
import {
  chooseTarget,
  databaseIdAt,
  fittingTargets,
  type Location,
  notFound,
  type Target,
  type TargetFilter,
  targetFlags,
  targetLine,
  targetsOf,
  withId,
} from "../../src/project/targets.js";
import { connectionTo } from "../support/connections.js";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-targets-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Returns the config entry for a D1 database given as `binding name id preview-id`; `-` omits a field. */
function entry(text: string) {
  const [binding, name, id, preview] = text.split(" ").map((word) => (word === "-" ? undefined : word));
  return { binding, database_name: name, database_id: id, preview_database_id: preview };
}

type Environments = Record<string, string[]>;

/** Writes configs: by file name the databases of each environment ("" is the top level), or the text verbatim. */
function project(files: Record<string, Environments | string>): void {
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === "string") writeFileSync(join(folder, name), content);
    else {
      const { "": top = [], ...environments } = content;
      const env = Object.fromEntries(
        Object.entries(environments).map(([e, list]) => [e, { d1_databases: list.map(entry) }]),
      );
      writeFileSync(join(folder, name), JSON.stringify({ d1_databases: top.map(entry), env }));
    }
  }
}

/** Returns the choice as `database, binding, environment in config`, or `CODE message`. */
function choice(wish: Partial<TargetFilter>): string {
  const configs = readConfigs(folder, null);
  const all = { binding: null, env: null, location: "remote" as const, ...wish };
  try {
    const t = chooseTarget(configs, targetsOf(configs, folder), all);
    return `${t.database ?? "-"}, ${t.binding}, ${t.env ?? "top"} in ${t.config}`;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code} ${message}`;
  }
}

const prod = "METADATA kv-manager-metadata id-1";
const dev = "METADATA kv-manager-metadata-dev id-2";
const cache = "CACHE cache id-3";
const logs = "LOGS logs id-4";
const stock = { "wrangler.json": { "": [prod] }, "wrangler.dev.json": { "": [dev] } };
const prodLine = "kv-manager-metadata, METADATA, top in wrangler.json";
const devLine = "kv-manager-metadata-dev, METADATA, top in wrangler.dev.json";
const ambiguous = (n: number) => `BINDING_AMBIGUOUS ${n} D1 databases match.`;
const broken = "CONFIG_INVALID The config wrangler.json, line 1, cannot be used: close brace expected.";
const brokenToml = "CONFIG_INVALID The config wrangler.toml, line 1, cannot be used: invalid value.";
const brokenDev =
  "CONFIG_INVALID The config wrangler.dev.json, line 1, cannot be used: close brace expected.";

describe("the choice without asking", () => {
  it.each<[string, Record<string, Environments | string>, Partial<TargetFilter>, string]>([
    ["the only one", { "wrangler.json": { "": [cache] } }, {}, "cache, CACHE, top in wrangler.json"],
    ["METADATA alone among several", { "wrangler.json": { "": [cache, prod, logs] } }, {}, prodLine],
    ["several without METADATA", { "wrangler.json": { "": [cache, logs] } }, {}, ambiguous(2)],
    ["METADATA twice", stock, {}, ambiguous(2)],
    ["METADATA twice, local", stock, { location: "local" }, ambiguous(2)],
    ["a binding of two configs", stock, { binding: "METADATA" }, ambiguous(2)],
    ["a name is enough", stock, { binding: "kv-manager-metadata" }, prodLine],
    ["the other name is enough", stock, { binding: "kv-manager-metadata-dev" }, devLine],
    [
      "one database bound in two configs",
      { "wrangler.json": { "": [prod] }, "wrangler.dev.json": { "": [prod] } },
      {},
      prodLine,
    ],
    [
      "one database with two bindings",
      { "wrangler.json": { "": ["DB kv-manager-metadata id-1", cache, prod] } },
      { binding: "kv-manager-metadata" },
      // METADATA looks like KV Manager's, but both bindings are the same database.
      prodLine.replace("METADATA", "DB"),
    ],
    [
      "a binding by its name",
      { "wrangler.json": { "": [cache, prod] } },
      { binding: "CACHE" },
      "cache, CACHE, top in wrangler.json",
    ],
    [
      "a name that is another's binding",
      { "wrangler.json": { "": ["A B id-1", "B C id-2"] } },
      { binding: "B" },
      ambiguous(2),
    ],
    [
      "names are exact",
      stock,
      { binding: "metadata" },
      'BINDING_NOT_FOUND No D1 database "metadata" is bound in wrangler.json, wrangler.dev.json.',
    ],
    [
      "no database at all",
      { "wrangler.json": {} },
      {},
      "BINDING_NOT_FOUND No D1 database is bound in wrangler.json.",
    ],
    [
      "environments do not count unasked",
      { "wrangler.json": { "": [], prod: [prod] } },
      {},
      "BINDING_NOT_FOUND The D1 database is bound only in an environment. Without --env, only the top level of a config is used.",
    ],
    [
      "an environment",
      { "wrangler.json": { "": [dev], prod: [prod], bare: [] } },
      { env: "prod" },
      "kv-manager-metadata, METADATA, prod in wrangler.json",
    ],
    [
      "an environment without databases",
      { "wrangler.json": { "": [dev], bare: [] } },
      { env: "bare" },
      'BINDING_NOT_FOUND No D1 database is bound in wrangler.json for the environment "bare".',
    ],
    [
      "an unknown environment",
      { "wrangler.json": { "": [dev], prod: [prod] } },
      { env: "production" },
      'BINDING_NOT_FOUND No Wrangler config here has an environment "production".',
    ],
    [
      "no id for remote",
      { "wrangler.json": { "": ["METADATA kv -"] } },
      {},
      "CONFIG_INVALID The binding METADATA in wrangler.json has no database_id, so its remote database cannot be reached.",
    ],
    [
      "no id for local",
      { "wrangler.json": { "": ["METADATA kv -"] } },
      { location: "local" },
      "kv, METADATA, top in wrangler.json",
    ],
    [
      "no id for preview",
      { "wrangler.json": { "": [prod] } },
      { location: "preview" },
      "CONFIG_INVALID The binding METADATA in wrangler.json has no preview_database_id, so its preview database cannot be reached.",
    ],
    ["an id for preview", { "wrangler.json": { "": [`${prod} id-9`] } }, { location: "preview" }, prodLine],
    ["the default config is broken", { ...stock, "wrangler.json": "{" }, {}, broken],
    [
      "the default config is broken, a name is given",
      { ...stock, "wrangler.json": "{" },
      { binding: "kv-manager-metadata-dev" },
      devLine,
    ],
    [
      "the default config is broken, and the name may be in it",
      { ...stock, "wrangler.json": "{" },
      { binding: "kv-manager-metadata" },
      broken,
    ],
    [
      "the default config is broken, and a binding may be in it too",
      { ...stock, "wrangler.json": "{" },
      { binding: "METADATA" },
      broken,
    ],
    [
      "the default config is broken, the name is another's binding too",
      { "wrangler.json": "{", "wrangler.dev.json": { "": [dev, "kv-manager-metadata-dev x id-9"] } },
      { binding: "kv-manager-metadata-dev" },
      ambiguous(2),
    ],
    [
      "the default config in TOML is broken",
      { "wrangler.toml": "name = ", "wrangler.dev.json": { "": [dev] } },
      { binding: "METADATA" },
      brokenToml,
    ],
    [
      "the default config in TOML is broken, a name is given",
      { "wrangler.toml": "name = ", "wrangler.dev.json": { "": [dev] } },
      { binding: "kv-manager-metadata-dev" },
      devLine,
    ],
    [
      "METADATA, whose names are both another's",
      { "wrangler.json": { "": ["A METADATA id-1", "METADATA A id-2"] } },
      {},
      "BINDING_AMBIGUOUS In wrangler.json other databases use the same names as A (binding METADATA in wrangler.json), so wrangler would pick the wrong one.",
    ],
    [
      "the same, local",
      { "wrangler.json": { "": ["A METADATA -", "METADATA A -"] } },
      { location: "local" },
      "BINDING_AMBIGUOUS In wrangler.json other databases use the same names as A (binding METADATA in wrangler.json), so wrangler would pick the wrong one.",
    ],
    [
      "another config is broken, and what it binds may be meant too",
      { ...stock, "wrangler.dev.json": "{" },
      {},
      brokenDev,
    ],
    [
      "another config is broken, and a database's name is plain",
      { ...stock, "wrangler.dev.json": "{" },
      { binding: "kv-manager-metadata" },
      prodLine,
    ],
    [
      "another config is broken, and the name may be in it",
      { ...stock, "wrangler.dev.json": "{" },
      { binding: "x" },
      brokenDev,
    ],
    [
      "another config is broken, and the environment may be in it",
      { ...stock, "wrangler.dev.json": "{" },
      { env: "x" },
      brokenDev,
    ],
  ])("%s", (_, files, wish, expected) => {
    project(files);
    expect(choice(wish)).toBe(expected);
  });

  it("fails with the databases and environments to choose from", () => {
    project({ ...stock, "wrangler.json": { "": [prod], stage: ["METADATA stage id-5"] } });
    const configs = readConfigs(folder, null);
    const targets = targetsOf(configs, folder);
    const wrong = (wish: Partial<TargetFilter>) => {
      try {
        chooseTarget(configs, targets, { binding: null, env: null, location: "remote", ...wish });
      } catch (error) {
        return (error as { advice: string }).advice;
      }
      return "";
    };
    const line = (name: string, config: string, env = "") =>
      `  ${name} (binding METADATA in ${config}${env})`;
    const top = [
      line("kv-manager-metadata", "wrangler.json"),
      line("kv-manager-metadata-dev", "wrangler.dev.json"),
    ];
    expect(wrong({}).split("\n").slice(1)).toEqual(top);
    expect(wrong({ binding: "x" }).split("\n").slice(1).sort()).toEqual(
      [...top, line("stage", "wrangler.json", ", environment stage")].sort(),
    );
    expect(wrong({ env: "x" })).toBe("Use one of these with --env: stage.");
  });
});

describe("targets", () => {
  it("list likely ones first and carry what wrangler needs", () => {
    project({
      "wrangler.json": { "": [cache, "DB kv-manager-metadata-eu id-7", prod], e: [logs] },
    });
    const targets = targetsOf(readConfigs(folder, null), folder);
    expect(targets.map((t) => [t.database, t.likely])).toEqual([
      ["kv-manager-metadata-eu", true],
      ["kv-manager-metadata", true],
      ["cache", false],
      ["logs", false],
    ]);
    expect(targets[3]).toEqual({
      env: "e",
      binding: "LOGS",
      database: "logs",
      databaseId: "id-4",
      previewDatabaseId: null,
      configPath: join(folder, "wrangler.json"),
      config: "wrangler.json",
      wranglerName: "logs",
      accountId: null,
      likely: false,
      hidden: false,
    });
  });

  it("show their config relative to the current folder", () => {
    project(stock);
    const from = (cwd: string) => targetsOf(readConfigs(folder, null), cwd)[0]?.config;
    expect(from(join(folder, "worker", "src"))).toBe("../../wrangler.json");
    expect(from(join(folder, ".."))).toBe(`${basename(folder)}/wrangler.json`);
  });

  it.each([
    ["a name", [prod], ["kv-manager-metadata"]],
    ["a binding without a name", ["METADATA"], ["METADATA"]],
    ["a name that an earlier entry has", ["A kv id-1", "B kv id-2"], ["kv", "B"]],
    ["a name that is an earlier binding", ["kv x id-1", "B kv id-2"], ["x", "B"]],
    ["a name that is a later binding", ["A kv id-1", "kv x id-2"], ["kv", "x"]],
  ])("are passed to wrangler by an unambiguous name: %s", (_, list, names) => {
    project({ "wrangler.json": { "": list, other: [prod, "Z kv id-9"] } });
    const targets = targetsOf(readConfigs(folder, null), folder).filter((t) => t.env === null);
    const inOrder = list.map((text) => targets.find((t) => t.binding === text.split(" ")[0]));
    expect(inOrder.map((t) => t?.wranglerName)).toEqual(names);
  });

  it.each([
    ["none of two with the same name", ["A kv id-1", "B kv id-2"], []],
    ["the second of two that have each other's name", ["A B id-1", "B A id-2"], ["id-2"]],
    ["the second of two with the same name and binding", ["A A id-1", "A A id-2"], ["id-2"]],
    ["the second of two with the same binding and no name", ["A - id-1", "A - id-2"], ["id-2"]],
    ["one whose name and binding are others'", ["A x id-1", "x B id-2", "B A id-3"], ["id-3"]],
  ])("that wrangler cannot address are hidden: %s", (_, list, hidden) => {
    project({ "wrangler.json": { "": list, other: list } });
    const targets = targetsOf(readConfigs(folder, null), folder);
    expect(targets).toHaveLength(2 * list.length);
    for (const env of [null, "other"])
      expect(targets.filter((t) => t.env === env && t.hidden).map((t) => t.databaseId)).toEqual(hidden);
  });

  it("that wrangler cannot address are rejected with advice to rename them in the config", () => {
    project({ "wrangler.json": { "": ["A B id-1", "B A id-2"] } });
    const second = targetsOf(readConfigs(folder, null), folder)[1];
    expect(() => second && withId(second, "remote")).toThrow(
      expect.objectContaining({
        code: "BINDING_AMBIGUOUS",
        message:
          "In wrangler.json other databases use the same names as A (binding B in wrangler.json), so wrangler would pick the wrong one.",
        advice: "Give each database in the config its own name and binding.",
      }),
    );
  });

  it("are filtered by environment and by binding or name", () => {
    project({ "wrangler.json": { "": [prod, cache], e: [prod] } });
    const targets = targetsOf(readConfigs(folder, null), folder);
    const fitting = (binding: string | null, env: string | null) =>
      fittingTargets(targets, { binding, env }).map((t) => t.databaseId);
    expect(fitting(null, null)).toEqual(["id-1", "id-3"]);
    expect(fitting(null, "e")).toEqual(["id-1"]);
    expect(fitting("cache", null)).toEqual(["id-3"]);
    expect(fitting("CACHE", "e")).toEqual([]);
  });

  it.each<[string, Partial<Target>, string, string[]]>([
    ["by name", {}, "kv (binding DB in a/w.toml)", ["--config", "a/w.toml", "--binding", "DB"]],
    [
      "by binding, without a name",
      { database: null },
      "DB (binding DB in a/w.toml)",
      ["--config", "a/w.toml", "--binding", "DB"],
    ],
    [
      "with their environment",
      { env: "eu" },
      "kv (binding DB in a/w.toml, environment eu)",
      ["--config", "a/w.toml", "--env", "eu", "--binding", "DB"],
    ],
  ])("are described for people and as flags %s", (_, more, line, flags) => {
    const names = { binding: "DB", database: "kv", config: "a/w.toml" };
    const { target } = connectionTo("remote", { ...names, ...more });
    expect([targetLine(target), targetFlags(target)]).toEqual([line, flags]);
  });
});

describe("the database id used locally, remotely and for the preview", () => {
  it.each<[string | null, string | null, Record<Location, string | null>]>([
    ["id", "pre", { local: "pre", remote: "id", preview: "pre" }],
    ["id", null, { local: "id", remote: "id", preview: null }],
    [null, "pre", { local: "pre", remote: null, preview: "pre" }],
    [null, null, { local: "DB", remote: null, preview: null }],
    ["", null, { local: "", remote: null, preview: null }],
    ["id", "", { local: "", remote: "id", preview: null }],
  ])("database_id %s and preview_database_id %s", (databaseId, previewDatabaseId, ids) => {
    const binding: D1Binding = { env: null, binding: "DB", database: "kv", databaseId, previewDatabaseId };
    for (const [location, id] of Object.entries(ids))
      expect(databaseIdAt(binding, location as Location)).toBe(id);
  });
});

describe("a deployed database without an id", () => {
  it("is rejected with advice to run setup, and still accepted locally", () => {
    project({ "wrangler.json": { "": ["METADATA kv -"] } });
    const [target] = targetsOf(readConfigs(folder, null), folder);
    expect(() => target && withId(target, "remote")).toThrow(
      expect.objectContaining({ advice: expect.stringContaining('let "kv-manager-upgrade setup --remote"') }),
    );
    expect(target && withId(target, "local")).toBe(target);
  });
});

it("a config in the root folder keeps its full name", () => {
  const configs = {
    folder: "/",
    files: [{ path: "/wrangler.toml", bindings: [], environments: [], accountId: null }],
    broken: [],
  };
  const wish = { binding: null, env: null };
  expect(notFound(configs, [], wish).message).toBe("No D1 database is bound in wrangler.toml.");
});
