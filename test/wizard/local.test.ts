import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal, rowsOf } from "../support/local.js";
import { developmentId, packageFolder, productionId, stockConfigs } from "../support/project.js";
import { keys, Screen } from "../support/terminal.js";

const project = disposableProjects();

describe("the wizard in a terminal", () => {
  it("Enter all the way upgrades the local database", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const screen = new Screen([], { cwd });
    await screen.answer("first deployed?", keys.enter);
    await screen.answer("Which copy", keys.enter);
    await screen.answer("Which database?", keys.enter);
    await screen.answer(
      "Apply this to the local database kv-manager-metadata-dev (binding METADATA in",
      keys.enter,
    );
    expect(await screen.exited).toBe(0);
    const text = await screen.text();
    expect(text).toContain("column metadata  missing");
    expect(text).toContain("ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;");
    expect(text).toContain("✓ ok");
    expect(text).toContain("status --local --config wrangler.dev.toml --binding METADATA");
    const after = dump(file);
    expect(Object.keys(after.rows.bulk_jobs?.[0] ?? {})).toContain("metadata");
    expect(rowsOf(after)).toEqual(rowsOf(before));
  });

  it("shows what a date predicts beside what the database says, and refuses a wrong date", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev"], { cwd });
    await screen.answer("first deployed?", keys.down + keys.enter);
    await screen.answer("The day of the first deployment", `2025-02-31${keys.enter}`);
    await screen.waitFor('"2025-02-31" is not a day');
    screen.press(`${"\x7f".repeat(10)}2025-11-01${keys.enter}`);
    await screen.waitFor("The database lacks");
    await screen.answer("Apply this", "n");
    expect(await screen.exited).toBe(3);
    expect(await screen.text()).toContain("nothing was changed");
  });

  it("going back asks the question before again", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    await makeLocal(cwd, productionId, "2025-11-22");
    const screen = new Screen([], { cwd });
    await screen.answer("first deployed?", keys.enter);
    await screen.answer("Which copy", keys.down.repeat(2) + keys.enter);
    await screen.answer(/first deployed\?[\s\S]*first deployed\?/, keys.enter);
    await screen.answer(/Which copy[\s\S]*Which copy/, keys.enter);
    await screen.answer("Which database?", keys.enter);
    await screen.waitFor("The database is up to date.");
    expect(await screen.exited).toBe(0);
  });

  it.each([
    ["Ctrl-C", keys.ctrlC],
    ["Esc", keys.escape],
  ])("%s at a question leaves with 130 and changes nothing", async (_, key) => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    for (const flags of [
      [],
      ["--local"],
      ["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-01"],
    ]) {
      const screen = new Screen(flags, { cwd });
      await screen.answer(flags.length > 1 ? "Apply this" : "first deployed?", key);
      expect(await screen.exited).toBe(130);
      expect(await screen.text()).toContain("Nothing was changed.");
    }
    expect(dump(file)).toEqual(before);
  });
});

describe("leaving", () => {
  it("Ctrl-D at a question ends with 130", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen([], { cwd });
    await screen.answer("first deployed?", keys.ctrlD);
    expect(await screen.exited).toBe(130);
    expect(await screen.text()).toContain("Nothing was changed.");
  });

  it("a closed terminal at a question changes nothing and ends the program", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const screen = new Screen([], { cwd });
    await screen.waitFor("first deployed?");
    screen.close();
    expect(await screen.exited).not.toBe(0);
    expect(dump(file)).toEqual(before);
  });
});

describe("a command that needs no guide", () => {
  it("asks only which of two databases is meant, and only where a script would be refused for that", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(["status", "--local"], { cwd });
    await screen.answer("Which database?", keys.enter);
    expect(await screen.exited).toBe(3);
    expect(await screen.text()).toContain("Reading the schema of kv-manager-metadata-dev");
  });

  it("is refused like a script when wrangler's own config is broken", async () => {
    const cwd = project({ ...stockConfigs, "wrangler.toml": "[broken" });
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const screen = new Screen(["--local", "--yes"], { cwd });
    expect(await screen.exited).toBe(2);
    expect(await screen.text()).toContain("CONFIG_INVALID");
    expect(dump(file)).toEqual(before);
  });
});

describe("a project without wrangler", () => {
  // A shell script stands in for the package manager; what it installs is the real wrangler.
  it.skipIf(process.platform === "win32")(
    "is offered the install command, and goes on after it",
    async () => {
      const cwd = project({
        ...stockConfigs,
        "bin/npm": `#!/bin/sh\necho "npm $*"\nln -s "${join(packageFolder, "node_modules")}" node_modules\n`,
      });
      await makeLocal(cwd, developmentId, "2025-11-22");
      rmSync(join(cwd, "node_modules"));
      chmodSync(join(cwd, "bin/npm"), 0o755);
      const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-22"], {
        cwd,
        env: { PATH: `${join(cwd, "bin")}:/bin:/usr/bin` },
      });
      await screen.answer(/Run "npm install --save-dev wrangler@\S+" now\?/, keys.enter);
      await screen.waitFor("The database is up to date.");
      expect(await screen.exited).toBe(0);
      expect(await screen.text()).toContain("npm install --save-dev wrangler@");
    },
  );
});

describe("colour", () => {
  it.each<[string[], NodeJS.ProcessEnv]>([
    [["--no-color"], {}],
    [["--no-color"], { FORCE_COLOR: "1" }],
    [[], { NO_COLOR: "1", FORCE_COLOR: "1" }],
  ])("is not used with %j and %j", async (flags, env) => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(flags, { cwd, env });
    await screen.answer("first deployed?", keys.ctrlC);
    expect(await screen.exited).toBe(130);
    expect(screen.raw).not.toMatch(/\x1b\[(?:3[0-8]|4[0-8]|9\d|10\d)m/);
  });
});
