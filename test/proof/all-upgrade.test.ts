import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { change } from "../support/local.js";
import { mixedFolder } from "../support/mixed-folder.js";
import { all, done, upgradeAll, written } from "../support/mixed-upgrade.js";
import { loopback } from "../support/remote.js";
import { unwrapped, watched } from "../support/watched.js";

const project = disposableProjects();
const { api } = loopback();
describe("--all --yes", () => {
  it("skips unreadable and conflicting databases and upgrades the others", async () => {
    const folder = await mixedFolder(project, api());
    change(folder.files.dev, "CREATE VIEW job_audit_events AS SELECT 1 AS id");
    writeFileSync(folder.files.staging, "this is no database, and SQLite says so when it is read".repeat(20));
    const { code, names, document } = await upgradeAll(folder);
    expect(names.slice(0, 3)).toEqual([
      "local kv-manager-staging: failed",
      "local kv-manager-metadata-dev: conflict",
      "preview kv-manager-metadata: upgraded",
    ]);
    expect(names[4]).toBe("remote kv-manager-staging: upgraded");
    expect({ code, outcome: document.outcome }).toEqual({ code: 1, outcome: "failed" });
  });

  it("backs up each database to a file named after it and its place", async () => {
    const folder = await mixedFolder(project, api());
    const backup = ["--backup", "before.sql"];
    const refused = await run([...all, ...backup], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--backup cannot be used with a preview database");
    const { code, names } = await upgradeAll(folder, "--local", ...backup);
    expect({ code, names }).toEqual({ code: 0, names: done.slice(0, 2) });
    for (const name of ["kv-manager-staging", "kv-manager-metadata-dev"])
      expect(readFileSync(join(folder.cwd, `before-${name}-local.sql`), "utf8")).toContain("bulk_jobs");
    writeFileSync(join(folder.cwd, "before-kv-manager-staging-remote.sql"), "");
    const from = api().requests.length;
    const exists = await run([...all, "--remote", ...backup], folder);
    expect(exists.code).toBe(1);
    expect(exists.stderr).toContain("Error (BACKUP_FAILED)");
    expect(written(api(), folder, from)).toEqual([]);
    expect(existsSync(join(folder.cwd, "before.sql"))).toBe(false);
  });

  it("exits with 130 when cancelled before a write, and the next run finishes", async () => {
    const folder = await mixedFolder(project, api());
    const path = new RegExp(`${folder.ids.staging}/time_travel`);
    api().faults.push({ match: { path }, fault: { kind: "delay", milliseconds: 4000 } });
    const { code, stdout } = await watched(all, folder, (said, interrupt) => {
      if (/\[4 of 4\][\s\S]*restore point/.test(said)) interrupt();
    });
    api().faults.length = 0;
    expect(code).toBe(130);
    expect(unwrapped(stdout)).toContain(
      "6 databases: 3 upgraded, 1 up to date, 1 cancelled, 1 not KV Manager. Cancelled; databases not tried are unchanged. To continue with the rest:",
    );
    expect(await upgradeAll(folder)).toMatchObject({ code: 0, document: { outcome: "upgraded" } });
  });

  it("finishes the current write when cancelled during it, and tries no others", async () => {
    const folder = await mixedFolder(project, api());
    const match = { path: new RegExp(folder.ids.preview), writes: true };
    api().faults.push({ match, fault: { kind: "delay", milliseconds: 2500 } });
    const from = api().requests.length;
    let begun = false;
    const { code, stdout, stderr } = await watched(all, folder, (said, interrupt) => {
      if (begun || !/\[3 of 4\][\s\S]*Applying/.test(said)) return;
      begun = true;
      setTimeout(interrupt, 300);
    });
    api().faults.length = 0;
    expect(code).toBe(130);
    expect(stderr).toContain("Finishing the write first");
    expect(stdout).toContain("6 databases: 3 upgraded, 1 up to date, 1 not tried, 1 not KV Manager.");
    expect(unwrapped(stdout)).toContain("Cancelled; databases not tried are unchanged.");
    expect(written(api(), folder, from)).toEqual(["preview"]);
  });
});
