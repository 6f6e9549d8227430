import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { draftConfig } from "../../src/project/draft-config.js";
import { chooseTarget, targetsOf } from "../../src/project/targets.js";
import { fromTemplate } from "../../src/project/template.js";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-draft-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wish = (more: object = {}) => ({
  ...{ cwd: folder, config: null, env: null, binding: null, location: null },
  ...more,
});
const put = (path: string, text: string) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const d1 = '[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\n';

describe("a missing config", () => {
  it.each([
    ["wrangler.toml", {}, "kv-manager-metadata"],
    ["wrangler.toml", { binding: "my-metadata" }, "my-metadata"],
    ["wrangler.toml", { binding: "METADATA" }, "kv-manager-metadata"],
    ["wrangler.toml", { binding: 'a"b' }, "kv-manager-metadata"],
    ["kv.jsonc", { config: "kv.jsonc" }, "kv-manager-metadata"],
  ])("is drafted as %s for %j without writing anything", (path, more, database) => {
    const { configs, draft } = draftConfig(wish(more));
    expect([draft?.path, draft?.isNew]).toEqual([join(folder, path), true]);
    expect(configs.files.flatMap((f) => f.bindings)).toEqual([
      { env: null, binding: "METADATA", database, databaseId: null, previewDatabaseId: null },
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["wrangler.toml.example", null, "wrangler.toml"],
    ["wrangler.jsonc.template", null, "wrangler.jsonc"],
    ["wrangler.dev.toml.example", "wrangler.dev.toml", "wrangler.dev.toml"],
  ])("is drafted from %s", (template, config, path) => {
    const text = template.includes("toml")
      ? `# mine\n${d1}`
      : '{"d1_databases": [{"binding": "METADATA"}]} // mine';
    put(template, text);
    const { draft } = draftConfig(wish({ config }));
    expect([draft?.path, draft?.text]).toEqual([join(folder, path), text]);
    expect(draft?.step.question).toContain(template);
  });

  it("is drafted from the template in the nearest folder that has one, next to that template", () => {
    put("kv/wrangler.toml.example", d1);
    put("kv/worker/src/index.ts", "");
    const { draft } = draftConfig(wish({ cwd: join(folder, "kv/worker/src") }));
    expect([draft?.path, draft?.text]).toEqual([join(folder, "kv/wrangler.toml"), d1]);
    expect(draft?.step.question).toBe("Write ../../wrangler.toml from ../../wrangler.toml.example?");
  });

  it("is not drafted from the template of another config", () => {
    put("wrangler.dev.toml.example", d1);
    expect(draftConfig(wish()).draft?.step.question).toContain("with what the database needs");
  });

  it.each([
    [{ env: "staging" }, "CONFIG_NOT_FOUND"],
    [{ config: "wrangler.yaml" }, "CONFIG_NOT_FOUND"],
    [{ config: "sub/wrangler.jsonc" }, "CONFIG_NOT_FOUND"],
  ])("cannot be drafted for %j", (more, code) => {
    expect(() => draftConfig(wish(more))).toThrow(expect.objectContaining({ code }));
  });

  it("is not drafted when --config looks like a typo; the configs that exist are listed instead", () => {
    put("kv/wrangler.toml", d1);
    put("kv/wrangler.dev.toml", d1);
    put("kv/wrangler.prod.toml.example", d1);
    const drafted = (config: string) => draftConfig(wish({ config })).draft;
    expect(() => drafted("kv/wrangler.tml")).toThrow(
      expect.objectContaining({
        code: "CONFIG_NOT_FOUND",
        advice: "These configs exist:\n  kv/wrangler.toml\n  kv/wrangler.dev.toml",
      }),
    );
    expect(() => drafted("kv/wrangler.prd.toml")).toThrow(
      expect.objectContaining({ code: "CONFIG_NOT_FOUND" }),
    );
    // A config with a template is meant to be created.
    expect(drafted("kv/wrangler.prod.toml")?.path).toBe(join(folder, "kv/wrangler.prod.toml"));
  });

  it("is not drafted from a template that cannot be parsed", () => {
    put("wrangler.toml.example", "name = \n");
    expect(() => draftConfig(wish())).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: expect.stringContaining("wrangler.toml.example cannot be used as a template"),
      }),
    );
  });
});

describe("a template next to configs other than wrangler's default", () => {
  const dev = d1.replace("kv-manager-metadata", "kv-manager-metadata-dev");
  /** The database and config that an unattended run chooses, and the config that is drafted. */
  const chosen = (location: "local" | "remote", binding: string | null) => {
    const all = wish({ location, binding });
    const { configs, draft } = draftConfig(all);
    const targets = targetsOf(configs, folder).map((t) => ({ ...t, mayBeNew: true as const }));
    const { database, config } = chooseTarget(configs, targets, { binding, env: null, location });
    return [database, config, draft === null ? null : relative(folder, draft.path)];
  };
  const made = ["kv-manager-metadata", "wrangler.toml", "wrangler.toml"];
  const there = ["kv-manager-metadata-dev", "wrangler.dev.toml"];

  it.each([
    ["remote", null, made],
    ["remote", "METADATA", made],
    ["remote", "kv-manager-metadata", made],
    ["local", "kv-manager-metadata", made],
    // The name decides: the drafted config is not the one chosen.
    ["remote", "kv-manager-metadata-dev", [...there, "wrangler.toml"]],
    ["local", null, [...there, null]],
    ["local", "METADATA", [...there, null]],
  ] as const)("%s, --binding %s: chooses %j", (location, binding, expected) => {
    put("wrangler.dev.toml", dev);
    put("wrangler.toml.example", d1);
    expect(chosen(location, binding)).toEqual(expected);
  });

  it("is the file named in the error when no such database is bound", () => {
    put("wrangler.toml.example", d1);
    const notFound = expect.objectContaining({
      code: "BINDING_NOT_FOUND",
      message: 'No D1 database "other-name" is bound in wrangler.toml.example.',
    });
    expect(() => chosen("local", "other-name")).toThrow(notFound);
    put("wrangler.dev.toml", dev);
    expect(() => chosen("remote", "other-name")).toThrow(notFound);
  });

  it("is offered along with the other configs when the user can still be asked", () => {
    put("wrangler.dev.toml", dev);
    put("wrangler.toml.example", d1);
    const names = draftConfig(wish()).configs.files.flatMap((f) => f.bindings.map((b) => b.database));
    expect(names).toEqual(["kv-manager-metadata", "kv-manager-metadata-dev"]);
  });

  it("is not used when wrangler's default config exists, even if that cannot be parsed", () => {
    put("wrangler.jsonc", "{");
    put("wrangler.toml.example", d1);
    expect(draftConfig(wish({ location: "remote" })).draft).toBeNull();
  });

  it("blocks only the deployed database when the template itself cannot be parsed", () => {
    put("wrangler.dev.toml", dev);
    put("wrangler.toml.example", "name = \n");
    expect(chosen("local", null)).toEqual([...there, null]);
    for (const binding of [null, "kv-manager-metadata"])
      expect(() => chosen("remote", binding)).toThrow(
        expect.objectContaining({ message: expect.stringContaining("wrangler.toml.example cannot be used") }),
      );
  });

  it("takes precedence over the configs of a parent folder", () => {
    put("wrangler.toml", d1.replace("kv-manager", "another"));
    put("kv/wrangler.toml.example", d1);
    const { configs, draft } = draftConfig(wish({ cwd: join(folder, "kv") }));
    expect([draft?.path, configs.files.length]).toEqual([join(folder, "kv/wrangler.toml"), 1]);
  });
});

describe("a template", () => {
  const toml = (head: string) => `${head}\n${d1}`;
  it.each([
    [
      "with node_compat",
      "wrangler.toml",
      toml("node_compat = true # b"),
      toml('compatibility_flags = ["nodejs_compat"] # b'),
      1,
    ],
    [
      "with node_compat turned off",
      "wrangler.toml",
      toml("node_compat = false # b\nmain = 'x'"),
      toml("main = 'x'"),
      1,
    ],
    [
      "with node_compat and the flag that replaces it",
      "wrangler.toml",
      toml('compatibility_flags = ["nodejs_compat"]\nnode_compat = true'),
      toml('compatibility_flags = ["nodejs_compat"]'),
      1,
    ],
    [
      "with node_compat and another flag",
      "wrangler.toml",
      toml('node_compat = true\ncompatibility_flags = ["x"]'),
      toml('compatibility_flags = ["nodejs_compat", "x"]'),
      1,
    ],
    [
      "with node_compat in a comment",
      "wrangler.toml",
      toml("# node_compat = true"),
      toml("# node_compat = true"),
      0,
    ],
    ["without a database", "wrangler.toml", "name = 'kv'\n", `name = 'kv'\n\n${d1}`, 1],
    [
      "in JSON, with node_compat and another binding",
      "wrangler.jsonc",
      '{"node_compat": true, /* a */ "d1_databases": [{"binding": "DB"}]}',
      '{"compatibility_flags": ["nodejs_compat"], /* a */ "d1_databases": [{"binding": "METADATA"}]}',
      2,
    ],
    [
      "with a placeholder for the account",
      "wrangler.toml",
      toml('name = "kv"\naccount_id = "YOUR_ACCOUNT_ID" # yours'),
      toml('name = "kv"'),
      1,
    ],
    [
      "with an account",
      "wrangler.toml",
      toml(`account_id = "${"0a".repeat(16)}"`),
      toml(`account_id = "${"0a".repeat(16)}"`),
      0,
    ],
    [
      "with an empty account",
      "wrangler.toml",
      toml("# account_id = ''\naccount_id = ''"),
      toml("# account_id = ''"),
      1,
    ],
    [
      "in JSON, with a placeholder for the account",
      "wrangler.jsonc",
      '{\n  "name": "kv", // a\n  "account_id": "<id>", // yours\n  "d1_databases": [{"binding": "METADATA"}]\n}',
      '{\n  "name": "kv", // a\n  "d1_databases": [{"binding": "METADATA"}]\n}',
      1,
    ],
    [
      "in JSON, with an empty account at the end",
      "wrangler.jsonc",
      '{"d1_databases": [{"binding": "METADATA"}], "account_id": ""}',
      '{"d1_databases": [{"binding": "METADATA"}]}',
      1,
    ],
    // It is unclear which one is KV Manager's.
    [
      "with several databases",
      "wrangler.toml",
      `${d1}${d1.replace("METADATA", "B")}`,
      `${d1}${d1.replace("METADATA", "B")}`,
      0,
    ],
  ])("%s becomes a config for current wrangler and KV Manager", (_, path, before, after, changes) => {
    const made = fromTemplate(path, before, "kv-manager-metadata");
    expect(made.text).toBe(after);
    expect(made.changes).toHaveLength(changes);
    expect(fromTemplate(path, after, "kv-manager-metadata").changes).toEqual([]);
  });
});

describe("an existing config", () => {
  it("needs no draft when it binds a database", () => {
    put("wrangler.toml", d1);
    expect(draftConfig(wish()).draft).toBeNull();
    expect(draftConfig(wish({ binding: "other" })).draft).toBeNull();
  });

  it("that binds a database only in an environment gets no second binding: --env is required", () => {
    put("wrangler.toml", d1.replace("d1", "env.production.d1"));
    const { draft, configs } = draftConfig(wish());
    expect(draft).toBeNull();
    const choose = (env: string | null) =>
      chooseTarget(configs, targetsOf(configs, folder), { binding: null, env, location: "local" });
    expect(() => choose(null)).toThrow(
      expect.objectContaining({
        code: "BINDING_NOT_FOUND",
        advice: expect.stringMatching(/--env:\n.*binding METADATA in wrangler\.toml, environment production/),
      }),
    );
    expect(choose("production").database).toBe("kv-manager-metadata");
  });

  it("gets a binding in the given environment if that has none", () => {
    put("wrangler.toml", `${d1}\n[env.staging]\nname = "s"\n`);
    const { configs } = draftConfig(wish({ env: "staging" }));
    expect(configs.files[0]?.bindings.map((b) => b.env)).toEqual([null, "staging"]);
  });

  it("is left alone when a config next to it cannot be parsed, since that may bind the database", () => {
    put("wrangler.dev.toml", "name = 'dev'\n");
    put("wrangler.toml", "name = \n");
    expect(draftConfig(wish()).draft).toBeNull();
  });
});

describe("a template's encoding", () => {
  const text = `name = "kv-manager"\n# Grüße\nmain = "worker/index.ts"\ncompatibility_date = "2025-01-01"\n${d1}`;
  const bytes = (encoding: BufferEncoding) => Buffer.from(text, encoding);
  const bigEndian = Buffer.concat([Buffer.from([0xfe, 0xff]), bytes("utf16le").swap16()]);
  const write = (content: Buffer) => writeFileSync(join(folder, "wrangler.toml.example"), content);

  it.each([
    ["UTF-8", bytes("utf8")],
    ["UTF-16 with its mark", Buffer.concat([Buffer.from([0xff, 0xfe]), bytes("utf16le")])],
    ["UTF-16 with its mark, the other way round", bigEndian],
  ])("%s is decoded, and the drafted config is UTF-8", (_, content) => {
    write(content);
    expect(draftConfig(wish()).draft?.text).toBe(text);
  });

  it.each([
    ["Latin-1", bytes("latin1"), "line 2, column 5"],
    ["Windows-1252 at the end", Buffer.concat([bytes("utf8"), Buffer.from([0x80])]), "line 8, column 1"],
    ["UTF-8 that is cut off", Buffer.concat([bytes("utf8"), Buffer.from([0xe2, 0x82])]), "line 8, column 1"],
    ["UTF-16 that is cut off", Buffer.concat([bigEndian, Buffer.from([0xd8])]), "broken character"],
  ])("%s fails with CONFIG_INVALID and the position, and nothing is written", (_, content, place) => {
    write(content);
    expect(() => draftConfig(wish())).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(place) }),
    );
    expect(readdirSync(folder)).toEqual(["wrangler.toml.example"]);
  });

  it("does not matter when a folder has the template's name", () => {
    mkdirSync(join(folder, "wrangler.toml.example"));
    expect(draftConfig(wish()).draft?.template).toBeNull();
  });
});

describe.skipIf(process.platform === "win32")("a broken symbolic link", () => {
  const linked = (name: string) => symlinkSync("../gone.toml", join(folder, name));
  const said = (name: string) =>
    `The config ${name} cannot be used: it is a link to ../gone.toml, which does not exist.`;

  it("in place of the config prevents a draft", () => {
    linked("wrangler.toml");
    put("wrangler.toml.example", `name = "kv"\n${d1}`);
    const { configs, draft } = draftConfig(wish());
    expect([draft, configs.broken.map((b) => b.problem.message)]).toEqual([null, [said("wrangler.toml")]]);
  });

  it("in place of the template prevents a draft", () => {
    linked("wrangler.toml.example");
    expect(() => draftConfig(wish())).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: `wrangler.toml.example cannot be used as a template. ${said("wrangler.toml.example")}`,
      }),
    );
  });
});
