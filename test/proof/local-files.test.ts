import { spawn } from "node:child_process";
import { chmodSync, chownSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { cli, type Document, ended, plainEnvironment, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { container, giveTo, ownersIn } from "../support/owners.js";
import { developmentId } from "../support/project.js";

const project = disposableProjects();
const isRoot = process.getuid?.() === 0;
const args = ["--local", "-b", "kv-manager-metadata-dev", "--yes"];

describe("a local database that cannot be written", () => {
  it("fails with BUSY when another program holds a lock, and is not changed", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const state = join(cwd, ".wrangler");
    if (isRoot) giveTo(container, state);
    const before = dump(file);
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE; UPDATE bulk_jobs SET status = status;");
    const { code, json, stderr } = await runJson(args, { cwd }).finally(() => {
      other.exec("ROLLBACK");
      other.close();
    });
    expect([code, json.error?.code, json.applied]).toEqual([1, "BUSY", false]);
    expect(stderr).toContain("Trying again in");
    expect(stderr).toContain("Nothing was changed.");
    expect(stderr).not.toContain("Cloudflare");
    expect(dump(file)).toEqual(before);
    // Each of those attempts has opened the database.
    if (isRoot) expect(ownersIn(state).filter(([, uid]) => uid !== container)).toEqual([]);
    // The lock is gone, so running it again works.
    expect((await runJson(args, { cwd })).json.outcome).toBe("upgraded");
  });

  // Only root can become another user.
  it.runIf(isRoot)("fails with READ_ONLY without a retry when another user owns it", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    for (const folder of [cwd, dirname(cwd)]) chmodSync(folder, 0o755);
    const nobody = 65534;
    const child = spawn(process.execPath, [cli, ...args, "--json"], {
      cwd,
      uid: nobody,
      gid: nobody,
      env: { ...plainEnvironment(), HOME: join(cwd, "nowhere"), TMPDIR: "/tmp" },
    });
    const { code, stdout, stderr } = await ended(child);
    const json = JSON.parse(stdout) as Document;
    expect([code, json.error?.code, json.applied]).toEqual([1, "READ_ONLY", false]);
    expect(stderr).not.toContain("Trying again");
    expect(dump(file)).toEqual(before);
  });
});

describe.skipIf(process.platform === "win32")("the files of a state folder", () => {
  it("keep their mode and owner", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest", "", join(cwd, "state"));
    chmodSync(file, 0o640);
    if (process.getuid?.() === 0) chownSync(file, 1234, 1234);
    const owner = statSync(file).uid;
    const { code } = await runJson([...args, "--persist-to", "state"], { cwd });
    expect(code).toBe(0);
    expect([statSync(file).mode & 0o777, statSync(file).uid]).toEqual([0o640, owner]);
    expect(readdirSync(cwd)).not.toContain(".wrangler");
  });
});
