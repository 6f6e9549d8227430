import { describe, expect, it } from "vitest";
import { run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, rowsOf } from "../support/local.js";
import { refused } from "../support/loopback-faults.js";
import { mixedFolder } from "../support/mixed-folder.js";
import { all, done, upgradeAll, written } from "../support/mixed-upgrade.js";
import { loopback } from "../support/remote.js";

const project = disposableProjects();
const { api } = loopback();

describe("--all --yes", () => {
  it("upgrades exactly the pending databases, in order, and writes nothing in a second run", async () => {
    const folder = await mixedFolder(project, api());
    const before = [folder.files.dev, folder.files.staging].map(dump);
    const from = api().requests.length;
    const { code, document, names, starts } = await upgradeAll(folder);
    expect(names).toEqual(done);
    expect({ code, outcome: document.outcome }).toEqual({ code: 0, outcome: "upgraded" });
    expect(starts).toEqual([["engine"]]);
    expect(written(api(), folder, from)).toEqual(["preview", "staging"]);
    expect(document.databases.map((d) => d.applied)).toEqual([true, true, true, false, true, false]);
    // Only a remote database that was written has a restore point.
    expect(document.databases.map((d) => d.restorePoint?.command.includes("kv-manager-staging"))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      true,
      undefined,
    ]);
    const after = [folder.files.dev, folder.files.staging].map(dump);
    expect(after.map((d) => rowsOf(d))).toEqual(before.map((d) => rowsOf(d)));

    const again = api().requests.length;
    const second = await upgradeAll(folder);
    expect(second).toMatchObject({ code: 0, document: { outcome: "up-to-date" } });
    expect(written(api(), folder, again)).toEqual([]);
    expect([folder.files.dev, folder.files.staging].map(dump)).toEqual(after);
  });

  it("stops at the first failure and shows what was not tried; a second run finishes", async () => {
    const folder = await mixedFolder(project, api());
    const fault = { match: { path: new RegExp(folder.ids.preview), writes: true }, fault: refused };
    api().faults.push(fault);
    const from = api().requests.length;
    const { code, stdout, stderr } = await run(all, folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /\[1 of 4\] kv-manager-staging \(local;[\s\S]*\[2 of 4\] [\s\S]*\[3 of 4\] kv-manager-metadata \(preview;/,
    );
    expect(stderr).not.toContain("[4 of 4]");
    expect(stdout).toMatch(/kv-manager-metadata +│[^│]*│[^│]*│ failed/);
    expect(stdout).toMatch(/kv-manager-staging +│[^│]*│[^│]*│ not tried/);
    expect(stdout).toContain(
      "6 databases: 2 upgraded, 1 failed, 1 up to date, 1 not tried, 1 not KV Manager.",
    );
    expect(stdout).toContain("Stopped at the first failure");
    // Each upgraded database has its own undo command.
    expect(stdout.match(/To remove what was added/g)).toHaveLength(2);
    expect(stdout).toContain("npx wrangler d1 execute kv-manager-metadata-dev --local");
    expect(written(api(), folder, from).filter((database) => database === "staging")).toEqual([]);

    api().faults.length = 0;
    const second = await upgradeAll(folder);
    expect(second.code).toBe(0);
    expect(second.names).toEqual(done.map((text) => text.replace(/^(local .*: )upgraded/, "$1up-to-date")));
  });

  it("changes nothing with --dry-run, and shows the same SQL once", async () => {
    const folder = await mixedFolder(project, api());
    const before = dump(folder.files.dev);
    const from = api().requests.length;
    const { code, stdout } = await run(["--all", "--dry-run", "--yes"], folder);
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /The SQL for:\n {2}kv-manager-staging \(local;.*\n {2}kv-manager-metadata-dev \(local;.*\n\n-- /,
    );
    expect(stdout.match(/The SQL for:/g)).toHaveLength(3);
    expect(stdout).toMatch(/Upgrade what is pending, one after the other, with:\n.*--all --yes$/m);
    expect(written(api(), folder, from)).toEqual([]);
    expect(dump(folder.files.dev)).toEqual(before);
    // Without --yes nothing is applied either.
    expect(await run(["--all", "--local"], folder)).toMatchObject({ code: 3 });
    expect(dump(folder.files.dev)).toEqual(before);
  });
});
