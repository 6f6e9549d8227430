import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type DocumentOfAll, run, runJsonOfAll } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { type MixedFolder, mixedFolder } from "../support/mixed-folder.js";
import { checkoutOf, tomlBinding } from "../support/project.js";
import { loopback } from "../support/remote.js";

const project = disposableProjects();
const { api } = loopback();

const unwrapped = (text: string) => text.replace(/[\s│]+/g, " ");

describe("report --all of an unusual project", () => {
  it("fails with CONFIG_INVALID if no config can be read", async () => {
    const cwd = project({ "wrangler.toml": "this is [ not TOML" });
    const { json } = await runJsonOfAll(["report", "--all"], { cwd });
    expect(json).toMatchObject({ outcome: "failed", databases: [{ error: { code: "CONFIG_INVALID" } }] });
  });

  it("can be planned in full even if the config's name is not safe in a command", async () => {
    const config = "wrangler.(a).toml";
    const cwd = project({
      "package.json": checkoutOf("1.0.0"),
      [config]: tomlBinding("kv-one", "one") + tomlBinding("kv-two", "two", "TWO"),
    });
    await makeLocal(cwd, "one", "2025-11-08");
    await makeLocal(cwd, "two", "2025-11-22");
    const { stdout: input } = await run(["report", "--all", "-c", config], { cwd });
    const { json } = await runJsonOfAll(["status", "--snapshot", "-"], { cwd, input });
    expect(json.databases.map(({ outcome }) => outcome)).toEqual(["pending", "up-to-date"]);
    expect((await run(["status", "--snapshot", "-"], { cwd, input })).stdout).toContain(
      "│ Database 1 │ pending",
    );
  });
});

describe("report --all", () => {
  let folder: MixedFolder;
  let markdown: string;
  beforeAll(async () => {
    folder = await mixedFolder(project, api());
    const report = await run(["report", "--all"], folder);
    expect(report.code).toBe(0);
    markdown = report.stdout;
  });

  it("is one report with common facts once, a section for each database, and one link", () => {
    const headings = (level: number) =>
      [...markdown.matchAll(new RegExp(`^#{${level}} (.*)$`, "gm"))].map(([, text]) => text);
    expect(headings(1)).toEqual(["KV Manager upgrade: support report"]);
    expect(headings(2)).toEqual([
      ...["Databases", "Versions and system", "Configs and bindings found", "Last failure"],
      "1. `kv-manager-staging` (local)",
      "2. `kv-manager-metadata-dev` (local)",
      "3. `kv-manager-metadata` (preview)",
      "4. `kv-manager-metadata` (remote)",
      "5. `kv-manager-staging` (remote)",
      "6. `shop` (remote)",
      "Open an issue",
    ]);
    const each = ["Database", "Error", "Migrations", "Checks", "Pending SQL", "Schema"];
    // What KV Manager needs does not concern another program's database.
    expect(headings(3)).toEqual([
      ...Array.from({ length: 5 }, () => each).flat(),
      "Database",
      "Error",
      "Schema",
    ]);
    const link = /^https:\S+$/m.exec(markdown)?.[0] ?? "";
    expect(link.length).toBeGreaterThan(200);
    expect(link.length).toBeLessThanOrEqual(8000);
    expect(decodeURIComponent(link)).toContain("Help with: database upgrade, 6 databases");
  });

  it("repeats no long passage", () => {
    const long = markdown
      .split("\n\n")
      .filter((part) => part.includes("\n") && part.length > 120 && !part.startsWith("<details>"));
    expect(long.length).toBeGreaterThan(8);
    expect(new Set(long).size).toBe(long.length);
    expect(markdown).toContain("The same as for 1. `kv-manager-staging` (local).");
  });

  it.each([
    ["in Markdown", [], "r.md"],
    ["in JSON", ["--json"], "r.json"],
  ])("%s is planned by status --snapshot like live databases", async (_, flags, name) => {
    const report = await run(["report", "--all", ...flags], folder);
    const file = join(folder.cwd, name);
    writeFileSync(file, report.stdout);
    const live = await runJsonOfAll(["status", "--all"], folder);
    const saved = await runJsonOfAll(["status", "--snapshot", file], { cwd: folder.cwd });
    const { databases, outcome } = saved.json;
    expect({ code: saved.code, outcome }).toEqual({ code: live.code, outcome: live.json.outcome });
    const planned = (all: DocumentOfAll["databases"]) =>
      all.map(({ outcome, statements, checks }) => ({ outcome, statements, checks }));
    expect(planned(databases)).toEqual(planned(live.json.databases));
    expect(databases.map(({ target }) => target)).toEqual(live.json.databases.map(({ target }) => target));
    const shown = await run(["status", "--snapshot", file], { cwd: folder.cwd });
    // Once in the table at the start and once above its own part.
    for (const line of ["kv-manager-metadata (preview; binding", "shop (remote; binding"])
      expect(unwrapped(shown.stdout).split(line)).toHaveLength(3);
    // The commands for its owner name each database.
    expect(shown.stdout).toContain(
      "npx wrangler d1 execute kv-manager-staging --remote --config wrangler.toml --env staging",
    );
    // A report can be made from this one again, elsewhere.
    const again = await run(["report", "--snapshot", file], { cwd: folder.cwd });
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("## 6. `shop` (remote)");
  });
});
