import { describe, expect, it } from "vitest";
import { run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { startLoopbackApi } from "../support/loopback-api.js";
import { refused } from "../support/loopback-faults.js";
import { twoDeployed } from "../support/many.js";
import { mixedFolder } from "../support/mixed-folder.js";
import { loopback } from "../support/remote.js";

const project = disposableProjects();
const { api } = loopback();

describe("status --all", () => {
  it("retries a locked database and still reads the others", async () => {
    const folder = await mixedFolder(project, api(), { locked: true });
    try {
      const { code, stdout, stderr } = await run(["status", "--all"], folder);
      expect(code).toBe(1);
      expect(stderr.match(/Trying again in \d s/g)).toHaveLength(4);
      expect(stdout).toContain("6 databases: 1 failed, 3 pending, 1 up to date, 1 not KV Manager.");
    } finally {
      folder.unlock();
    }
  });

  it("shows full account ids when one of them must be named", async () => {
    const accounts = ["a", "b"].map((n) => ({ id: `${n.repeat(16)}0123456789abcdef`, name: n }));
    const several = await startLoopbackApi({ accounts });
    try {
      const { cwd, env } = await twoDeployed(project, several, "2025-11-22");
      const allowedIds = accounts.map(({ id }) => id);
      const { code, stdout } = await run(["status", "--all"], { cwd, env, allowedIds });
      expect(code).toBe(1);
      for (const id of allowedIds) expect(stdout.split(id)).toHaveLength(2);
    } finally {
      await several.close();
    }
  });

  it("does not wait for missing names until the timeout", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-22");
    const invalid = { kind: "fail", status: 403, code: 9109, message: "Invalid access token" } as const;
    api().faults.push({ match: { endpoint: "list" }, fault: { kind: "hang" } });
    api().faults.push({ match: { path: new RegExp(folder.ids[0]), endpoint: "query" }, fault: invalid });
    const began = Date.now();
    const { code } = await run(["status", "--all", "--remote", "--timeout", "30"], folder);
    api().faults.length = 0;
    expect(code).toBe(1);
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it("keeps a remembered failure when another database is not KV Manager's", async () => {
    const folder = await mixedFolder(project, api());
    const env = { ...folder.env, XDG_STATE_HOME: project({}) };
    api().faults.push({ match: { path: new RegExp(folder.ids.staging), writes: true }, fault: refused });
    await run(["--all", "--remote", "--yes"], { cwd: folder.cwd, env });
    api().faults.length = 0;
    await run(["status", "--all"], { cwd: folder.cwd, env });
    const { stdout } = await run(["report"], { cwd: folder.cwd, env });
    expect(stdout).toContain("**SQL_FAILED**");
    expect(stdout).not.toContain("NOT_KV_MANAGER");
  });
});
