import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, plainEnvironment, run, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { change } from "../support/local.js";
import { type MixedFolder, mixedFolder } from "../support/mixed-folder.js";
import { loopback } from "../support/remote.js";

const project = disposableProjects();
const { api } = loopback();
const all = ["--all", "--yes"];

interface All {
  outcome: string;
  databases: {
    outcome: string;
    applied: boolean | null;
    target: { location: string; database: string } | null;
    restorePoint: { command: string } | null;
    error: { code: string } | null;
  }[];
}

/** Runs it, with each database as `location name outcome`. */
async function upgradeAll(folder: MixedFolder, ...more: string[]) {
  const { json, ...ended } = await runJson([...all, ...more], folder);
  const document = json as unknown as All;
  const names = document.databases.map(({ target, outcome }) =>
    target === null ? outcome : `${target.location} ${target.database}: ${outcome}`,
  );
  return { ...ended, document, names };
}

/** Which databases were written at Cloudflare since a moment, in order. */
function written(folder: MixedFolder, from: number): string[] {
  const names = Object.fromEntries(Object.entries(folder.ids).map(([name, id]) => [id, name]));
  return api()
    .requests.slice(from)
    .filter((r) => r.writes)
    .map((r) => names[r.databaseId ?? ""] ?? "another");
}

const done = [
  "local kv-manager-staging: upgraded",
  "local kv-manager-metadata-dev: upgraded",
  "preview kv-manager-metadata: upgraded",
  "remote kv-manager-metadata: up-to-date",
  "remote kv-manager-staging: upgraded",
  "remote shop: not-kv-manager",
];

const unwrapped = (text: string) => text.replace(/\s+/g, " ");

describe("--all --yes", () => {
  it("leaves those that cannot be read, and those with something in the way, and upgrades the others", async () => {
    const folder = await mixedFolder(project, api(), false);
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

  it("makes a backup of each, named after it and its place", async () => {
    const folder = await mixedFolder(project, api(), false);
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
    expect(written(folder, from)).toEqual([]);
    expect(existsSync(join(folder.cwd, "before.sql"))).toBe(false);
  });

  it("before a write: what was done stays, the rest is not tried, and it ends with 130", async () => {
    const folder = await mixedFolder(project, api(), false);
    const path = new RegExp(`${folder.ids.staging}/time_travel`);
    api().faults.push({ match: { path }, fault: { kind: "delay", milliseconds: 4000 } });
    const child = spawn(process.execPath, [cli, ...all], {
      cwd: folder.cwd,
      env: { ...plainEnvironment(), ...folder.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data));
    child.stderr.on("data", (data: Buffer) => {
      stderr += data;
      if (/\[4 of 4\][\s\S]*restore point/.test(stderr)) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    api().faults.length = 0;
    expect(code).toBe(130);
    expect(unwrapped(stdout)).toContain(
      "6 databases: 3 upgraded, 1 up to date, 1 cancelled, 1 not KV Manager. Cancelled; those that were not tried are as they were. The same again goes on with the rest:",
    );
    expect(await upgradeAll(folder)).toMatchObject({ code: 0, document: { outcome: "upgraded" } });
  });

  it("while a write is under way: that one is finished, and the next ones are not tried", async () => {
    const folder = await mixedFolder(project, api(), false);
    const match = { path: new RegExp(folder.ids.preview), writes: true };
    api().faults.push({ match, fault: { kind: "delay", milliseconds: 2500 } });
    const from = api().requests.length;
    const child = spawn(process.execPath, [cli, ...all], {
      cwd: folder.cwd,
      env: { ...plainEnvironment(), ...folder.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data));
    child.stderr.on("data", (data: Buffer) => {
      const before = stderr;
      stderr += data;
      const begun = /\[3 of 4\][\s\S]*Applying/;
      if (begun.test(stderr) && !begun.test(before)) setTimeout(() => child.kill("SIGINT"), 300);
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    api().faults.length = 0;
    expect(code).toBe(130);
    expect(stderr).toContain("Finishing the write first");
    expect(stdout).toContain("6 databases: 3 upgraded, 1 up to date, 1 not tried, 1 not KV Manager.");
    expect(unwrapped(stdout)).toContain("Cancelled; those that were not tried are as they were.");
    expect(written(folder, from)).toEqual(["preview"]);
  });
});
