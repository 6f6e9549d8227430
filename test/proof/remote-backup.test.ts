import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { stateOf } from "../support/faults.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { productionId } from "../support/project.js";
import { loopback } from "../support/remote.js";

const { make, api } = loopback();
const project = disposableProjects();

/** Returns the row counts that a backup restores. */
function restored(file: string): Record<string, number> {
  const database = new Database(":memory:");
  database.exec(readFileSync(file, "utf8"));
  const count = (table: string) =>
    (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  return {
    namespaces: count("namespaces"),
    key_metadata: count("key_metadata"),
    bulk_jobs: count("bulk_jobs"),
  };
}
const seeded = { namespaces: 12, key_metadata: 400, bulk_jobs: 300 };

describe("--backup", () => {
  it("exports a deployed database first and does not show the signed URL", async () => {
    const database = await make("oldest");
    const { code, json, stdout, stderr } = await database.run("--yes", "--backup", "before.sql", "--debug");
    expect([code, json.outcome]).toEqual([0, "upgraded"]);
    const file = join(database.cwd, "before.sql");
    expect(restored(file)).toEqual(seeded);
    expect(readFileSync(file, "utf8")).not.toContain("job_audit_events");
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stdout + stderr).not.toMatch(/X-Amz-Signature=\w/);
    expect(stderr).toContain("is unavailable while this runs");
    const order = api()
      .requests.filter((r) => r.databaseId === database.id)
      .map((r) => r.endpoint);
    expect(order.indexOf("export")).toBeLessThan(order.lastIndexOf("query"));
  });

  it.each([
    ["an export that fails", { kind: "fail", status: 500, code: 7500, message: "no export today" }, "export"],
    ["an export that is cut off", { kind: "half" }, "download"],
    ["an export without content", { kind: "nonsense", body: "", contentType: "application/sql" }, "download"],
  ] as const)("%s stops the upgrade and leaves no file", async (_, fault, endpoint) => {
    const database = await make("oldest");
    const before = await database.dump();
    api().faults.push({ match: { endpoint }, fault });
    const { code, json, stderr } = await database.run("--yes", "--backup", "before.sql");
    expect([code, json.error?.code, json.applied]).toEqual([1, "BACKUP_FAILED", false]);
    // Nothing was written, so there is nothing to restore.
    expect([json.restorePoint, stderr.includes("time-travel")]).toEqual([null, false]);
    expect(stderr).toContain("Nothing was changed.");
    api().faults.length = 0;
    expect(readdirSync(database.cwd).filter((name) => name.includes("before.sql"))).toEqual([]);
    expect(await stateOf(database, before)).toBe("before");
  });

  it("never overwrites a file, and checks before anything is started", async () => {
    const database = await make("oldest");
    writeFileSync(join(database.cwd, "before.sql"), "mine");
    const { code, json, starts } = await database.run("--yes", "--backup", "before.sql");
    expect([code, json.error?.code, starts]).toEqual([1, "BACKUP_FAILED", []]);
    expect(readFileSync(join(database.cwd, "before.sql"), "utf8")).toBe("mine");
  });

  it("cannot be used with --preview", async () => {
    const database = await make("oldest");
    const args = ["--preview", "--yes", "--backup", "before.sql", "--json"];
    const { code, json } = await runJson(args.slice(0, -1), { cwd: database.cwd, env: database.env });
    expect([code, json.error?.code]).toEqual([2, "USAGE"]);
  });

  it.each([[null], ["state of a container"]])(
    "exports a local database, with its state in %s",
    async (folder) => {
      const cwd = project();
      const persistTo = folder === null ? null : join(cwd, folder);
      const file = await makeLocal(cwd, productionId, "oldest", "", persistTo);
      const before = dump(file);
      const place = persistTo === null ? [] : ["--persist-to", folder ?? ""];
      const args = ["--local", "-b", "kv-manager-metadata", "--yes", "--backup", "before.sql", ...place];
      const { code, json } = await runJson(args, { cwd });
      expect([code, json.error, json.outcome]).toEqual([0, null, "upgraded"]);
      expect(restored(join(cwd, "before.sql"))).toEqual(seeded);
      expect(before.rows.bulk_jobs).toHaveLength(300);
      // The backup is of the database itself: no other was created.
      expect(existsSync(join(cwd, ".wrangler", "state", "v3", "d1"))).toBe(persistTo === null);
    },
  );
});
