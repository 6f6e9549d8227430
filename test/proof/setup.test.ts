import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { killOutright } from "../support/kill.js";
import { allTables, freshName, remoteSetup, tomlWithoutId } from "../support/setup.js";

const { api, project, setUp, idsOf, tablesOf } = remoteSetup();

describe("setup of a deployed database, stopped or refused at a step", () => {
  it("finds out that it was created when the answer is lost, and creates no second one", async () => {
    const name = freshName();
    const cwd = project({ "wrangler.toml": tomlWithoutId(name) });
    api().faults.push({ match: { endpoint: "create" }, fault: { kind: "cut", when: "after" }, once: true });
    const { code, json } = await setUp(cwd, "--yes");
    expect([code, json.outcome]).toEqual([0, "set-up"]);
    expect(await idsOf(name)).toHaveLength(1);
  });

  it("continues when the database exists but its id is not in the config yet", async () => {
    const name = freshName();
    const cwd = project({ "wrangler.toml": tomlWithoutId(name) });
    const id = randomUUID();
    api().addDatabase({ id, name });
    const { code, json } = await setUp(cwd, "--yes");
    expect([code, json.outcome]).toEqual([0, "set-up"]);
    expect(await idsOf(name)).toEqual([id]);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toContain(`database_id = "${id}"`);
    expect(await tablesOf(id)).toEqual(allTables);
  });

  it("says what was done when a later step fails, and the next run continues", async () => {
    const name = freshName();
    const cwd = project({});
    const refused = { kind: "fail", status: 403, code: 10000, message: "Authentication error" } as const;
    api().faults.push({ match: { endpoint: "create" }, fault: refused, once: true });
    const failed = await setUp(cwd, "--yes", "-b", name);
    expect([failed.code, failed.json.error?.code, failed.json.applied]).toEqual([1, "AUTHENTICATION", false]);
    expect(failed.stderr.replaceAll("\n", " ")).toContain(
      "wrangler.toml was written with what the database needs. Nothing else was changed;",
    );
    expect(failed.stderr).not.toContain("Nothing was changed.");
    const { code, json } = await setUp(cwd, "--yes", "-b", name);
    expect([code, json.outcome]).toEqual([0, "set-up"]);
  });

  it("says that the database was created when its id cannot be written, and the next run continues", async () => {
    const name = freshName();
    const cwd = project({ "wrangler.toml": tomlWithoutId(name) });
    const full = join(cwd, "full.cjs");
    // Only the write of the id itself fails.
    writeFileSync(
      full,
      `const fs = require("node:fs"); const write = fs.writeFileSync;
      fs.writeFileSync = function (file, text, ...more) {
        if (/^database_id/m.test(text)) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        return write.call(this, file, text, ...more);
      };`,
    );
    const env = { ...api().env, NODE_OPTIONS: `--require ${JSON.stringify(full)}` };
    const failed = await run(["setup", "--remote", "--yes"], { cwd, env });
    expect([failed.code, await idsOf(name)]).toEqual([1, [expect.any(String)]]);
    expect(failed.stderr.replaceAll("\n", " ")).toContain(
      `(no space left). The D1 database ${name} was created. Nothing else was changed;`,
    );
    const { code, json } = await setUp(cwd, "--yes");
    expect([code, json.outcome, (await idsOf(name)).length]).toEqual([0, "set-up", 1]);
  });

  it("offers to upgrade an old database of that name, and refuses one that is not KV Manager's", async () => {
    const old = freshName();
    const oldId = randomUUID();
    api().addDatabase({ id: oldId, name: old });
    await api().exec(oldId, eraSchemas.oldest);
    const cwd = project({ "wrangler.toml": tomlWithoutId(old) });
    // Each printed command continues from there.
    const asked = await run(["setup", "--remote"], { cwd, env: api().env });
    expect([asked.code, asked.stdout.includes(" setup --remote --config wrangler.toml")]).toEqual([3, true]);
    const shown = await setUp(cwd, "--yes");
    expect([shown.code, shown.json.outcome, shown.json.migrations.map((m) => m.status)]).toEqual([
      3,
      "pending",
      ["pending", "pending", "pending"],
    ]);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toContain(oldId);
    const upgraded = await runJson(["--remote", "-b", old, "--yes"], { cwd, env: api().env });
    expect([upgraded.code, upgraded.json.outcome]).toEqual([0, "upgraded"]);

    const foreign = freshName();
    const foreignId = randomUUID();
    api().addDatabase({ id: foreignId, name: foreign });
    await api().exec(foreignId, "CREATE TABLE customers (id INTEGER PRIMARY KEY);");
    const other = project({ "wrangler.toml": tomlWithoutId(foreign) });
    const refused = await setUp(other, "--yes");
    expect([refused.code, refused.json.error?.code]).toEqual([1, "NOT_KV_MANAGER"]);
    expect(readFileSync(join(other, "wrangler.toml"), "utf8")).toBe(tomlWithoutId(foreign));
    expect(await tablesOf(foreignId)).toEqual(["customers"]);
  });
});

describe("setup of a deployed database, killed outright", () => {
  const has = (path: string, text: string) => existsSync(path) && readFileSync(path, "utf8").includes(text);
  it.each<[step: string, reached: (config: string, name: string, from: number) => boolean]>([
    ["when the config is written", (config) => existsSync(config)],
    ["when the account is asked", (_c, _n, from) => seen(from, "list")],
    ["when the database is being created", (_c, _n, from) => seen(from, "create")],
    ["when the id is in the config", (config) => has(config, "database_id")],
    ["when the schema is read", (_c, _n, from) => seen(from, "query")],
    [
      "when the schema is being written",
      (_c, _n, from) =>
        api()
          .requests.slice(from)
          .some((r) => r.writes && r.endpoint === "query"),
    ],
  ])("%s, is finished by the next run with one database", async (_step, reached) => {
    const name = freshName();
    const cwd = project({});
    const config = join(cwd, "wrangler.toml");
    const from = api().requests.length;
    const args = ["setup", "--remote", "--yes", "-b", name];
    const moment = { since: () => reached(config, name, from), milliseconds: 0, all: false };
    expect(await killOutright(args, { cwd, env: api().env }, moment)).toBe(true);
    const { code, json } = await setUp(cwd, "--yes", "-b", name);
    expect([code, json.error]).toEqual([0, null]);
    const ids = await idsOf(name);
    expect(ids).toHaveLength(1);
    expect(await tablesOf(ids[0] ?? "")).toEqual(allTables);
    expect(readFileSync(config, "utf8")).toContain(`database_id = "${ids[0]}"`);
  });
});

/** Whether the server has received a request for an endpoint since then. */
function seen(from: number, endpoint: string): boolean {
  return api()
    .requests.slice(from)
    .some((r) => r.endpoint === endpoint);
}
