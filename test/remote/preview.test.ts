import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { loopback, type RemoteProject } from "../support/remote.js";
import { keys, Screen } from "../support/terminal.js";

const { make, api } = loopback();

/** Adds a preview database to a project. */
async function withPreview(database: RemoteProject): Promise<string> {
  const id = randomUUID();
  api().addDatabase({ id, name: `preview-${id.slice(0, 8)}` });
  await api().exec(id, eraSchemas["2025-11-10"]);
  const config = join(database.cwd, "wrangler.toml");
  writeFileSync(config, `${readFileSync(config, "utf8")}preview_database_id = "${id}"\n`);
  return id;
}

const requestsFor = (id: string) =>
  api()
    .requests.filter((r) => r.databaseId === id)
    .map((r) => r.endpoint);

describe("a preview database", () => {
  it("is upgraded without a request to the production database", async () => {
    const database = await make("oldest");
    const preview = await withPreview(database);
    const { code, json } = await runJson(["--preview", "--yes"], { cwd: database.cwd, env: database.env });
    expect([code, json.outcome, json.target?.location, json.restorePoint]).toEqual([
      0,
      "upgraded",
      "preview",
      null,
    ]);
    expect(requestsFor(preview)).toEqual(["query", "query"]);
    // Wrangler's restore and export commands would act on this database.
    expect(requestsFor(database.id)).toEqual([]);
  });

  it("chosen in the wizard with --backup is refused before either database is contacted", async () => {
    const database = await make("oldest");
    const preview = await withPreview(database);
    const screen = new Screen(["--backup", "b.sql"], { cwd: database.cwd, env: database.env });
    await screen.answer("first deployed?", keys.enter);
    await screen.answer("Which database do you want", keys.down.repeat(2) + keys.enter);
    expect(await screen.exited).toBe(2);
    expect(await screen.text()).toContain("--backup cannot be used with a preview database");
    expect([...requestsFor(preview), ...requestsFor(database.id)]).toEqual([]);
  });

  it("without an id in the config fails with CONFIG_INVALID", async () => {
    const database = await make("oldest");
    const { code, json } = await runJson(["--preview", "--yes"], { cwd: database.cwd, env: database.env });
    expect([code, json.error?.code]).toEqual([2, "CONFIG_INVALID"]);
    expect(json.error?.message).toContain("preview_database_id");
  });
});
