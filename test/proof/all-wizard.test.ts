import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { refused } from "../support/loopback-faults.js";
import { mixedFolder } from "../support/mixed-folder.js";
import { tomlBinding } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { keys, Screen, unbroken } from "../support/terminal.js";

const project = disposableProjects();
const { api } = loopback();
const devFirst = "Apply this to the local database kv-manager-staging";

describe("upgrading all databases in the wizard", () => {
  it("asks once for the KV Manager version, and changes nothing when cancelled", async () => {
    const ids = ["one", "two"] as const;
    const cwd = project({
      "wrangler.toml": tomlBinding("kv-one", ids[0]) + tomlBinding("kv-two", ids[1], "TWO"),
    });
    const files = await Promise.all(ids.map((id) => makeLocal(cwd, id, "2025-11-22")));
    const before = files.map(dump);
    const screen = new Screen(["--all"], { cwd, env: { CLOUDFLARE_API_TOKEN: undefined } });
    await screen.answer("Which KV Manager will use these databases?", keys.down + keys.enter);
    await screen.answer("Apply this to the local database kv-one", keys.escape);
    expect(await screen.exited).toBe(130);
    const text = unbroken(await screen.text());
    expect(text).toContain("2 databases: 2 pending. Nothing was changed.");
    expect(text).toContain("2 databases: 1 cancelled, 1 not tried. Cancelled;");
    expect(text.match(/Which KV Manager will use/g)).toHaveLength(1);
    expect(text).toContain("Planned for KV Manager 2, as you chose.");
    // The user was asked, and will be asked again.
    expect(text).toMatch(/continue with the rest: .* --all --for 2\s*$/);
    expect(files.map(dump)).toEqual(before);
  });

  it("recommends the KV Manager version that the databases already have", async () => {
    const cwd = project({
      "wrangler.toml": tomlBinding("kv-one", "one") + tomlBinding("kv-two", "two", "TWO"),
    });
    for (const id of ["one", "two"]) await makeLocal(cwd, id, "2025-12-09");
    const screen = new Screen(["--all", "--local"], { cwd });
    await screen.answer("Which KV Manager will use these databases?", keys.enter);
    await screen.answer("Apply this to the local database kv-one", keys.enter);
    await screen.answer("Apply this to the local database kv-two", keys.enter);
    expect(await screen.exited).toBe(0);
    const text = unbroken(await screen.text());
    expect(text).toContain("2 databases: 2 upgraded.");
    expect(text).not.toContain("as set with --for");
  });

  it("can continue with the other databases instead of logging in", async () => {
    const folder = await mixedFolder(project, api());
    const env = { ...folder.env, CLOUDFLARE_API_TOKEN: undefined };
    const screen = new Screen(["--all", "-b", "kv-manager-staging"], { cwd: folder.cwd, env });
    await screen.answer(/Error \(NOT_LOGGED_IN\)[\s\S]*What next\?/, keys.down + keys.enter);
    await screen.answer(devFirst, keys.enter);
    expect(await screen.exited).toBe(1);
    expect(unbroken(await screen.text())).toContain("2 databases: 1 upgraded, 1 failed.");
  });

  it("can continue with the next database after a failure", async () => {
    const folder = await mixedFolder(project, api());
    api().faults.push({ match: { path: new RegExp(folder.ids.preview), writes: true }, fault: refused });
    const screen = new Screen(["--all", "-b", "METADATA", "-c", "wrangler.toml"], folder);
    await screen.answer(devFirst, keys.enter);
    await screen.answer("Apply this to the preview database kv-manager-metadata", "y");
    await screen.waitFor("Continue with the next database");
    await screen.answer(/What next\?/, keys.down + keys.enter);
    await screen.answer("Apply this to the remote database kv-manager-staging", "y");
    const code = await screen.exited;
    api().faults.length = 0;
    expect(code).toBe(1);
    const text = unbroken(await screen.text());
    expect(text).toContain("4 databases: 2 upgraded, 1 failed, 1 up to date.");
  });

  it("does not call a failure repeated if it is the first of its database", async () => {
    const folder = await mixedFolder(project, api());
    for (const id of [folder.ids.preview, folder.ids.staging])
      api().faults.push({ match: { path: new RegExp(id), writes: true }, fault: refused });
    const screen = new Screen(["--all", "-b", "METADATA", "-c", "wrangler.toml"], folder);
    await screen.answer(devFirst, keys.enter);
    await screen.answer("Apply this to the preview database kv-manager-metadata", "y");
    await screen.answer(/What next\?/, keys.down + keys.enter);
    await screen.answer("Apply this to the remote database kv-manager-staging", "y");
    await screen.answer(/Apply this to the remote database[\s\S]*What next\?/, keys.escape);
    await screen.exited;
    api().faults.length = 0;
    const text = unbroken(await screen.text());
    expect(text.split("What next?").length).toBeGreaterThan(2);
    expect(text).not.toContain("This is the same failure as before");
  });
});
