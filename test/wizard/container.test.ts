import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { dump, jobColumns, makeLocal, rowsOf } from "../support/local.js";
import { developmentId, stockConfigs } from "../support/project.js";
import { asked, keys, Screen } from "../support/terminal.js";

const project = disposableProjects();

describe("a folder mounted into a container", () => {
  it("has its only database found and upgraded in place, with advice to stop and restart the container", async () => {
    const cwd = project({ ...stockConfigs, "sql/schema.sql": "" });
    const file = await makeLocal(cwd, developmentId, "oldest", "", join(cwd, "data", ".wrangler", "state"));
    const before = dump(file);
    const screen = new Screen(["--deployed", "2025-11-01"], { cwd });
    await screen.answer("Which database do you want", keys.up + keys.enter);
    await screen.answer("Which folder is mounted?", `src${keys.enter}`);
    await screen.answer(
      /src\s+(│\s+)?does\s+(│\s+)?not\s+(│\s+)?exist/,
      `${keys.backspace.repeat(3)}sql${keys.enter}`,
    );
    await screen.answer(
      /sql\s+(│\s+)?has\s+(│\s+)?no\s+(│\s+)?D1/,
      `${keys.backspace.repeat(3)}b${keys.enter}`,
    );
    await screen.answer(asked("Which database do you want", 2), keys.up + keys.enter);
    await screen.answer(asked("Which folder", 2), keys.enter);
    await screen.waitFor("kv-manager-metadata-dev in wrangler.dev.toml (the only one)");
    await screen.waitFor("stop it first (docker compose stop)");
    await screen.waitFor("docker exec -it CONTAINER npx kv-manager-upgrade@latest --local");
    await screen.answer("Apply this", keys.enter);
    await screen.waitFor("start it with the new version of KV Manager now");
    await screen.waitFor("--persist-to data/.wrangler/state");
    expect(await screen.declineAnother()).toBe(0);
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
    expect(jobColumns(file)).toContain("metadata");
  });
});
