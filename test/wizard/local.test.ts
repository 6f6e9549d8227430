import { chmodSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { dump, jobColumns, makeLocal, rowsOf } from "../support/local.js";
import { developmentId, packageFolder, productionId, stockConfigs } from "../support/project.js";
import { asked, keys, Screen, unbroken } from "../support/terminal.js";
import { answered } from "../support/wizard.js";

const project = disposableProjects();

describe("the wizard in a terminal", () => {
  it("upgrades the local database when the user only presses Enter", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const screen = new Screen([], { cwd });
    await screen.answer("first deployed?", keys.enter);
    await screen.answer("Which database do you want", keys.enter);
    await screen.answer("Which database?", keys.enter);
    await screen.answer(
      "Apply this to the local database kv-manager-metadata-dev (binding METADATA in",
      keys.enter,
    );
    expect(await screen.declineAnother()).toBe(0);
    const text = await screen.text();
    expect(text).toContain("Pending: 001 job_audit_events, 002 progress_tracking, 003 job_metadata.");
    expect(text).toContain("column metadata  missing");
    expect(text).toContain("ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;");
    expect(text).toContain("✓ ok");
    expect(unbroken(text)).toContain("status --local --config wrangler.dev.toml --binding METADATA");
    // The undo command, as it would be typed.
    expect(unbroken(text)).toContain(
      "npx wrangler d1 execute kv-manager-metadata-dev --local --config wrangler.dev.toml " +
        '--command="ALTER TABLE bulk_jobs DROP COLUMN metadata;',
    );
    expect(jobColumns(file)).toContain("metadata");
    expect(rowsOf(dump(file))).toEqual(rowsOf(before));
  });

  it("compares what the deployment date predicts with the database, and refuses an invalid date", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev"], { cwd });
    await screen.answer("first deployed?", keys.down + keys.enter);
    await screen.answer("Date of the first deployment", `2025-02-31${keys.enter}`);
    await screen.waitFor('"2025-02-31" is not a date');
    screen.press(`${keys.backspace.repeat(10)}2025-11-01${keys.enter}`);
    await screen.waitFor("The database lacks");
    await screen.answer("Apply this", "n");
    expect(await screen.declineAnother()).toBe(3);
    expect(await screen.text()).toContain("nothing was changed");
  });

  it("shows the answers given by flags, and reads the schema once, while the first question is open", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev", "--debug"], { cwd });
    await screen.waitFor(/local engine: 1 statement for kv-manager-metadata-dev[\s\S]*answered/);
    expect(await screen.text()).not.toContain("Reading the schema");
    screen.press(keys.enter);
    await screen.answer("Apply this", keys.ctrlC);
    expect(await screen.exited).toBe(130);
    const text = await screen.text();
    expect(text).toMatch(/Which database do you want to upgrade\?\s+│\s+local \(from --local\)/);
    expect(text).toMatch(
      /Which database\?\s+│\s+kv-manager-metadata-dev in wrangler\.dev\.toml \(from --binding\)/,
    );
    // It was read before, and not again; the question may be drawn over that line.
    expect((text.match(/local engine: 1 statement/g) ?? []).length).toBeLessThan(2);
  });

  it("asks the previous question again when the user goes back", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    await makeLocal(cwd, productionId, "2025-11-22");
    const screen = new Screen([], { cwd });
    await screen.answer(asked("first deployed", 1), keys.down + keys.enter);
    await screen.answer("Date of the first deployment", `b${keys.enter}`);
    await screen.answer(asked("first deployed", 2), keys.enter);
    await screen.answer(asked("Which database do you want", 1), "b");
    await screen.answer(asked("first deployed", 3), keys.enter);
    await screen.answer(asked("Which database do you want", 2), keys.enter);
    await screen.answer(asked("Which database?", 1), "b");
    await screen.answer(asked("Which database do you want", 3), keys.enter);
    await screen.answer(asked("Which database?", 2), keys.down + keys.enter);
    await screen.answer(asked("Apply this to the local database kv-manager-metadata-dev", 1), "b");
    await screen.answer(asked("Which database?", 3), keys.enter);
    await screen.waitFor("The database is up to date.");
    // From a database chosen in the final offer, back to that offer.
    await screen.answer("Continue with another database?", keys.down + keys.enter);
    await screen.answer(asked("Apply this to the local database kv-manager-metadata-dev", 2), "b");
    await screen.answer(asked("Continue with another", 2), keys.enter);
    expect(await screen.exited).toBe(0);
  });

  it("saves the SQL or shows the command instead of applying, then asks again", async () => {
    const { "wrangler.toml": _, ...development } = stockConfigs;
    const cwd = project({ ...development, "there.sql": "mine" });
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    const before = dump(file);
    const screen = new Screen(answered, { cwd });
    await screen.answer("Apply this", "w");
    await screen.waitFor('--command="ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;"');
    await screen.answer(asked("Apply this", 2), "s");
    await screen.answer("Save the SQL to which file?", `there.sql${keys.enter}`);
    await screen.waitFor("there.sql already exists");
    screen.press(`${keys.backspace.repeat(9)}new.sql${keys.enter}`);
    await screen.waitFor("Saved to new.sql. The database was not changed.");
    expect(readFileSync(join(cwd, "new.sql"), "utf8")).toContain(
      "\nALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;\n",
    );
    expect(readFileSync(join(cwd, "there.sql"), "utf8")).toBe("mine");
    screen.press("n");
    expect(await screen.declineAnother()).toBe(3);
    expect(dump(file)).toEqual(before);
  });
});

describe("a database to choose", () => {
  it("is never the recommended one while it is empty, and is told apart from one that was never created", async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, { sql: "CREATE TABLE d1_migrations (id INTEGER);" });
    const screen = new Screen(["--deployed", "2025-11-01"], { cwd });
    await screen.waitFor("Which database do you want");
    await screen.waitFor(/● Remote/);
    screen.press(keys.down + keys.enter);
    await screen.waitFor("Which database?");
    await screen.waitFor(/● kv-manager-metadata /);
    screen.press(keys.down + keys.enter);
    await screen.answer("This local copy does not exist yet. Set it up?", keys.ctrlC);
    expect(await screen.exited).toBe(130);
  });

  it("is not called missing when only wrangler can resolve the name of its file", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    renameSync(file, join(dirname(file), "dev.sqlite"));
    const screen = new Screen(["--deployed", "2025-11-01"], { cwd });
    await screen.waitFor(/● Remote/);
    screen.press(keys.down);
    await screen.waitFor("not checked yet");
    screen.press(keys.enter);
    await screen.waitFor("Which database?");
    expect(await screen.text()).not.toContain("not created yet");
    screen.press(keys.ctrlC);
    expect(await screen.exited).toBe(130);
  });
});

describe("an empty database", () => {
  it("is offered for setup, which asks for a second confirmation", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, { sql: "CREATE TABLE d1_migrations (id INTEGER);" });
    const screen = new Screen(answered, { cwd });
    await screen.answer("This database is empty. Set it up?", keys.down + keys.enter);
    await screen.answer("Write the schema into", keys.ctrlC);
    expect(await screen.exited).toBe(130);
    expect(await screen.text()).toContain("Yes, set it up now (not chosen)");
  });

  it("is left empty on plain Enter if other databases were found, and those are offered next", async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, { sql: "CREATE TABLE d1_migrations (id INTEGER);" });
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    const flags = ["--local", "-b", "kv-manager-metadata", "--deployed", "2025-11-01", "--for", "2"];
    const screen = new Screen(flags, { cwd });
    await screen.answer("This database is empty. Set it up?", keys.enter);
    await screen.waitFor("The database is empty. Nothing was changed.");
    await screen.answer("Continue with another database?", keys.enter);
    await screen.answer("Apply this to the local database kv-manager-metadata-dev", keys.enter);
    await screen.answer(/Upgraded[\s\S]*Continue with another database\?/, keys.enter);
    expect(await screen.exited).toBe(0);
    const text = await screen.text();
    expect(text).not.toContain("Error");
    // It is said once: for the database that is upgraded, not for the one that stays empty.
    expect(text.split("Which KV Manager will use this database?").length).toBe(2);
    expect(jobColumns(file)).toContain("metadata");
  });
});

describe("a command without the wizard", () => {
  it("only asks which of two databases is meant", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(["status", "--local"], { cwd });
    await screen.answer("Which database?", keys.enter);
    expect(await screen.exited).toBe(3);
    expect(await screen.text()).toContain("Reading the schema of kv-manager-metadata-dev");
  });

  it("fails as in a script when wrangler's config is broken", async () => {
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
    "is shown why the wrangler on PATH is unusable, is offered the install command, and continues after it",
    async () => {
      const cwd = project({
        ...stockConfigs,
        "bin/wrangler": "#!/bin/sh\necho 'No version is set for command wrangler' >&2\nexit 126\n",
        "bin/npm": `#!/bin/sh\necho "npm $*"\nln -s "${join(packageFolder, "node_modules")}" node_modules\n`,
      });
      await makeLocal(cwd, developmentId, "2025-11-22");
      rmSync(join(cwd, "node_modules"));
      for (const command of ["npm", "wrangler"]) chmodSync(join(cwd, "bin", command), 0o755);
      const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-22"], {
        cwd,
        env: { PATH: `${join(cwd, "bin")}:/bin:/usr/bin` },
      });
      await screen.answer(/Run "npm install --save-dev wrangler@\S+" now\?/, keys.enter);
      await screen.waitFor("The database is up to date.");
      expect(await screen.declineAnother()).toBe(0);
      const text = (await screen.text()).replace(/[\s│]+/g, " ");
      expect(text).toContain("but it cannot be used. It said: No version is set for command wrangler.");
      expect(text).toContain("npm install --save-dev wrangler@");
    },
  );
});
