import Database from "libsql";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { refused } from "../support/loopback-faults.js";
import { twoDeployed, twoIn } from "../support/many.js";
import { loopback } from "../support/remote.js";
import { keys, Screen, unbroken } from "../support/terminal.js";
import { unwrapped, watched } from "../support/watched.js";

const project = disposableProjects();
const { api } = loopback();
describe("interrupting a run over several databases", () => {
  it("shows what was done and how to undo it while the next database is reread", async () => {
    const cwd = project(twoIn("one", "two"));
    await makeLocal(cwd, "one", "2025-11-08");
    const file = await makeLocal(cwd, "two", "2025-11-08");
    const second = new Database(file);
    const { code, stdout } = await watched(["--all", "--local", "--yes"], { cwd }, (said, interrupt) => {
      if (!second.inTransaction && /Read 2 databases/.test(said)) second.exec("BEGIN EXCLUSIVE");
      if (/\[2 of 2\][\s\S]*holds a lock/.test(said)) interrupt();
    });
    second.close();
    expect(code).toBe(130);
    expect(unwrapped(stdout)).toContain("2 databases: 1 upgraded, 1 cancelled. Cancelled;");
    expect(unwrapped(stdout)).toContain("npx wrangler d1 execute kv-one --local");
    expect(unwrapped(stdout)).not.toContain("Nothing was changed");
  });

  it("shows the same in the wizard", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-10");
    const screen = new Screen(["--all", "--remote"], folder);
    await screen.waitFor("Apply this to the remote database kv-one");
    api().faults.push({
      match: { path: new RegExp(folder.ids[1]) },
      fault: { kind: "delay", milliseconds: 4000 },
    });
    screen.press("y");
    await screen.waitFor("Database 2 of 2");
    screen.press(keys.ctrlC);
    expect(await screen.exited).toBe(130);
    api().faults.length = 0;
    const text = unbroken(await screen.text());
    expect(text).toContain("2 databases: 1 upgraded, 1 cancelled. Cancelled;");
    expect(text).toContain("npx wrangler d1 time-travel restore kv-one");
    expect(text).not.toContain("Cancelled. Nothing was changed.");
  });

  it("lets the last write finish", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-10");
    const match = { path: new RegExp(folder.ids[1]), writes: true };
    api().faults.push({ match, fault: { kind: "delay", milliseconds: 1500 } });
    let begun = false;
    const { code, stdout } = await watched(["--all", "--remote", "--yes"], folder, (said, interrupt) => {
      if (begun || !/\[2 of 2\][\s\S]*Applying/.test(said)) return;
      begun = true;
      setTimeout(interrupt, 300);
    });
    api().faults.length = 0;
    expect(code).toBe(130);
    expect(unwrapped(stdout)).toContain("2 databases: 2 upgraded. Cancelled during the last write");
  });

  it("tries no pending database while only the names are awaited", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-10");
    api().faults.push({ match: { endpoint: "list" }, fault: { kind: "delay", milliseconds: 4000 } });
    const from = api().requests.length;
    const running = watched(["--all", "--remote", "--yes"], folder, (said, interrupt) => {
      if (said.includes("Reading 2 databases")) setTimeout(interrupt, 900);
    });
    const { code, stdout } = await running;
    api().faults.length = 0;
    expect(code).toBe(130);
    expect(unwrapped(stdout)).toContain("2 databases: 2 not tried. Cancelled;");
    expect(
      api()
        .requests.slice(from)
        .some((r) => r.writes),
    ).toBe(false);
  });
});

describe("a failed attempt in the wizard", () => {
  it("keeps its restore command when it may have gone through", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-10");
    const path = new RegExp(folder.ids[0]);
    const screen = new Screen(["--all", "--remote", "-b", "kv-one"], folder);
    await screen.waitFor("Apply this to the remote database kv-one");
    api().faults.push({ match: { path, writes: true }, fault: { kind: "cut", when: "after" } });
    api().faults.push({ match: { path, endpoint: "query", writes: false }, fault: refused });
    screen.press("y");
    await screen.waitFor("Check the database again");
    api().faults.length = 0;
    screen.press(keys.enter);
    expect(await screen.exited).toBe(0);
    const end =
      unbroken(await screen.text())
        .split("What next?")
        .at(-1) ?? "";
    expect(end).toContain("1 database: 1 up to date.");
    expect(end).toContain("npx wrangler d1 time-travel restore kv-one");
    expect(end).not.toContain("Nothing was changed");
  });

  it("is retried with a new backup file", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-10");
    const screen = new Screen(["--all", "--remote", "-b", "kv-one", "--backup", "b.sql"], folder);
    await screen.waitFor("Apply this to the remote database kv-one");
    api().faults.push({ match: { path: new RegExp(folder.ids[0]), writes: true }, fault: refused });
    screen.press("y");
    await screen.waitFor("What next?");
    api().faults.length = 0;
    screen.press(keys.enter);
    // Not the backup's name: in a long folder a line break splits it.
    await screen.answer(/What next\?[\s\S]*Apply this to the remote database kv-one/, "y");
    expect(await screen.exited).toBe(0);
    expect(unbroken(await screen.text())).toContain("The backup is in b-kv-one-remote-2.sql.");
  });
});

describe("--all --yes --backup", () => {
  it("names an unused backup file after a failure", async () => {
    const folder = await twoDeployed(project, api(), "2025-11-10");
    api().faults.push({ match: { path: new RegExp(folder.ids[0]), writes: true }, fault: refused });
    const args = ["--all", "--remote", "--yes", "--backup", "b.sql"];
    const { code, stdout } = await watched(args, folder, () => {});
    api().faults.length = 0;
    expect(code).toBe(1);
    expect(unwrapped(stdout)).toContain("2 databases: 1 failed, 1 not tried. Stopped at the first failure;");
    expect(unwrapped(stdout)).toContain("Nothing was changed.");
    expect(unwrapped(stdout)).toMatch(/continue with the rest: .* --all --remote --yes --backup b-2\.sql $/);
    const again = await watched([...args.slice(0, -1), "b-2.sql"], folder, () => {});
    expect(again.code).toBe(0);
  });
});
