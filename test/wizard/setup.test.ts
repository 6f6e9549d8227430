import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { freshName, remoteSetup, tomlWithoutId } from "../support/setup.js";
import { keys, Screen } from "../support/terminal.js";

const { api, idsOf, tablesOf } = remoteSetup();
const project = disposableProjects();

describe("the setup wizard", () => {
  it("sets up a local database in an empty folder when the user only presses Enter", async () => {
    const cwd = project({});
    const screen = new Screen(["setup", "--local"], { cwd });
    await screen.answer("Write wrangler.toml with what the database needs?", keys.enter);
    await screen.answer("Which KV Manager will use this database?", keys.enter);
    await screen.answer("Write the schema into the local database", keys.enter);
    expect(await screen.exited).toBe(0);
    expect(await screen.text()).toContain("No migration is needed.");
  });

  it("writes nothing when the answer to the first question is no", async () => {
    const cwd = project({});
    const screen = new Screen(["setup", "--local"], { cwd });
    await screen.answer("Write wrangler.toml with what the database needs?", "n");
    expect(await screen.exited).toBe(3);
    expect(await screen.text()).toContain("nothing was changed");
    expect(existsSync(join(cwd, "wrangler.toml"))).toBe(false);
  });

  it("creates a remote database, writes its id into the config and applies the schema", async () => {
    const name = freshName();
    const cwd = project({ "wrangler.toml": tomlWithoutId(name) });
    const screen = new Screen(["setup", "--remote"], { cwd, env: api().env });
    await screen.answer(`Create the D1 database ${name}`, keys.enter);
    await screen.answer("Let Cloudflare choose where the database is kept", "n");
    await screen.answer("Where should it be kept?", keys.down + keys.enter);
    await screen.answer("Which KV Manager will use this database?", keys.down + keys.enter);
    await screen.answer("Write the schema into the remote database", "y");
    expect(await screen.exited).toBe(0);
    const [id = ""] = await idsOf(name);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toContain(id);
    expect(await tablesOf(id)).toHaveLength(10);
    // The answers are part of the equivalent command; the terminal may break it anywhere.
    expect((await screen.text()).replace(/\\?\s/g, "")).toContain("--bindingMETADATA--for2--yes");
  });
});
