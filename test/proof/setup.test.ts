import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eraSchemas } from "../support/eras.js";
import { freshName, remoteSetup, tomlWithoutId } from "../support/setup.js";

const { api, project, setUp, idsOf, tablesOf } = remoteSetup();

describe("setup of a deployed database, stopped or refused at a step", () => {
  it("finds out that it was created when the answer is lost, and makes no second one", async () => {
    const name = freshName();
    const cwd = project({ "wrangler.toml": tomlWithoutId(name) });
    api().faults.push({ match: { endpoint: "create" }, fault: { kind: "cut", when: "after" }, once: true });
    const { code, json } = await setUp(cwd, "--yes");
    expect([code, json.outcome]).toEqual([0, "set-up"]);
    expect(await idsOf(name)).toHaveLength(1);
  });

  it("says what was done when a later step fails, and the next run goes on", async () => {
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

  it("offers an old database of that name the upgrade, and refuses one of something else", async () => {
    const old = freshName();
    const oldId = randomUUID();
    api().addDatabase({ id: oldId, name: old });
    await api().exec(oldId, eraSchemas.oldest);
    const cwd = project({ "wrangler.toml": tomlWithoutId(old) });
    const shown = await setUp(cwd, "--yes");
    expect([shown.code, shown.json.outcome, shown.json.migrations.map((m) => m.status)]).toEqual([
      3,
      "pending",
      ["pending", "pending", "pending"],
    ]);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toContain(oldId);

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
