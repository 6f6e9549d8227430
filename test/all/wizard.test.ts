import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { mixedFolder } from "../support/mixed-folder.js";
import { tomlBinding } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { keys, Screen, unbroken } from "../support/terminal.js";

const project = disposableProjects();
const { api } = loopback();
const devFirst = "Apply this to the local database kv-manager-staging";

describe("the choice of all databases in the wizard", () => {
  it("shows a table, asks about each pending database, and shows the table again", async () => {
    const folder = await mixedFolder(project, api());
    const screen = new Screen([], folder);
    await screen.answer("When was this KV Manager first deployed?", keys.enter);
    await screen.waitFor("All of them, one after the other (6 databases;");
    await screen.answer("Which database do you want to upgrade?", keys.down.repeat(3) + keys.enter);
    await screen.waitFor("6 databases: 4 pending, 1 up to date, 1 not KV Manager. Nothing was changed.");
    // Enter upgrades a local database, Back skips one, and plain Enter never changes a remote one.
    await screen.answer(devFirst, keys.enter);
    await screen.answer("Apply this to the local database kv-manager-metadata-dev", "b");
    await screen.answer("Apply this to the preview database kv-manager-metadata", "y");
    await screen.answer("Apply this to the remote database kv-manager-staging", keys.enter);
    expect(await screen.exited).toBe(3);
    const text = unbroken(await screen.text());
    expect(text).toContain("6 databases: 2 upgraded, 2 pending, 1 up to date, 1 not KV Manager.");
    // One table before and one after, which has one undo command below it for each upgraded database.
    expect(text.match(/│ Database +│ Bound as/g)).toHaveLength(2);
    expect(text.match(/To remove what was added/g)).toHaveLength(2);
    expect(await screen.overlong()).toEqual([]);
  });

  it("is not offered for a single database", async () => {
    const cwd = project({ "wrangler.toml": tomlBinding("kv-one", "one") });
    await makeLocal(cwd, "one", "2025-11-22");
    const screen = new Screen([], { cwd });
    await screen.answer("When was this KV Manager first deployed?", keys.enter);
    await screen.waitFor("Which database do you want to upgrade?");
    expect(await screen.text()).not.toContain("All of them");
    screen.press(keys.escape);
    expect(await screen.exited).toBe(130);
  });

  it("fits 40 columns", async () => {
    const folder = await mixedFolder(project, api());
    const screen = new Screen(["--all", "--local"], { ...folder, columns: 40 });
    await screen.answer(devFirst, "y");
    await screen.answer("Apply this to the local database kv-manager-metadata-dev", "y");
    expect(await screen.exited).toBe(0);
    // The program's own path may be longer and cannot be broken.
    expect((await screen.overlong()).filter((line) => !line.includes("cli.cjs"))).toEqual([]);
  });
});
