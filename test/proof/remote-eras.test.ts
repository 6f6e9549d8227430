import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { plainEnvironment } from "../support/cli.js";
import { loopback, ways } from "../support/remote.js";
import { checkRemoteEra } from "../support/remote-era.js";

const { make, makeFor, api } = loopback();

// The other eras are in remote-writes.test.ts.
describe.concurrent("a deployed database of the era", () => {
  it.each(ways)("oldest is upgraded with at most one write request, with a %s", async (way) => {
    await checkRemoteEra(await makeFor(way, "oldest"), api(), "oldest", way);
  });
});

describe.concurrent("the restore point", () => {
  it("is reported with a restore command that works", async () => {
    const database = await make("2025-11-10");
    const before = await database.dump();
    const { json } = await database.run("--yes");
    const { bookmark, command } = json.restorePoint ?? { bookmark: "", command: "" };
    expect(bookmark).toMatch(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/);
    expect(command).toBe(`npx wrangler d1 time-travel restore ${database.name} --bookmark=${bookmark}`);
    expect(await database.dump()).not.toEqual(before);

    const wrangler = join(database.cwd, "node_modules/wrangler/bin/wrangler.js");
    // Asynchronous, since the server that it talks to runs in this process.
    await promisify(execFile)(process.execPath, [wrangler, ...command.split(" ").slice(2), "--json"], {
      cwd: database.cwd,
      env: { ...plainEnvironment(), ...database.env, CI: "true" },
    });
    expect(await database.dump()).toEqual(before);
  });

  it("is null when it cannot be read, and an unattended run says so and continues", async () => {
    const database = await make("2025-11-10");
    database.fault(
      { kind: "fail", status: 400, code: 7500, message: "no bookmark today" },
      { endpoint: "bookmark" },
    );
    const { code, json, stderr } = await database.run("--yes");
    expect([code, json.outcome, json.restorePoint]).toEqual([0, "upgraded", null]);
    expect(stderr).toContain("there is no restore point for this upgrade");
  });
});
