import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../support/cli.js";
import { slowEngine } from "../support/engine-faults.js";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal, rowsOf } from "../support/local.js";
import { developmentId, packageFolder, productionId, stockConfigs } from "../support/project.js";
import { expectNoSecrets } from "../support/secrets.js";
import { keys, Screen, unbroken } from "../support/terminal.js";
import { eventually } from "../support/waiting.js";

const project = disposableProjects();
/** Answers every question except whether to apply. */
const ready = ["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-01"];

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
    await screen.answer("Continue with another database?", keys.enter);
    expect(await screen.exited).toBe(0);
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
    const after = dump(file);
    expect(Object.keys(after.rows.bulk_jobs?.[0] ?? {})).toContain("metadata");
    expect(rowsOf(after)).toEqual(rowsOf(before));
  });

  it("compares what the deployment date predicts with the database, and refuses an invalid date", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev"], { cwd });
    await screen.answer("first deployed?", keys.down + keys.enter);
    await screen.answer("Date of the first deployment", `2025-02-31${keys.enter}`);
    await screen.waitFor('"2025-02-31" is not a date');
    screen.press(`${"\x7f".repeat(10)}2025-11-01${keys.enter}`);
    await screen.waitFor("The database lacks");
    await screen.answer("Apply this", "n");
    await screen.answer("Continue with another database?", keys.enter);
    expect(await screen.exited).toBe(3);
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
    // It was read once; the question may be drawn over that line.
    expect(text.match(/local engine: 1 statement/g)?.length ?? 1).toBe(1);
  });

  it("asks the previous question again when the user goes back", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    await makeLocal(cwd, productionId, "2025-11-22");
    const screen = new Screen([], { cwd });
    const asked = (question: string, times: number) => new RegExp(`(${question}[\\s\\S]*){${times}}`);
    await screen.answer(asked("first deployed", 1), keys.down + keys.enter);
    await screen.answer("Date of the first deployment", `b${keys.enter}`);
    await screen.answer(asked("first deployed", 2), keys.enter);
    await screen.answer(asked("Which database do you want", 1), "b");
    await screen.answer(asked("first deployed", 3), keys.enter);
    await screen.answer(asked("Which database do you want", 2), keys.enter);
    await screen.answer(asked("Which database\\?", 1), "b");
    await screen.answer(asked("Which database do you want", 3), keys.enter);
    await screen.answer(asked("Which database\\?", 2), keys.down + keys.enter);
    await screen.answer("Apply this to the local database kv-manager-metadata-dev", "b");
    await screen.answer(asked("Which database\\?", 3), keys.enter);
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
    const screen = new Screen(ready, { cwd });
    await screen.answer("Apply this", "w");
    await screen.waitFor('--command="ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;"');
    await screen.answer(/Apply this[\s\S]*Apply this/, "s");
    await screen.answer("Save the SQL to which file?", `there.sql${keys.enter}`);
    await screen.waitFor("there.sql already exists");
    screen.press(`${"\x7f".repeat(9)}new.sql${keys.enter}`);
    await screen.waitFor("Saved to new.sql. The database was not changed.");
    expect(readFileSync(join(cwd, "new.sql"), "utf8")).toContain(
      "\nALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;\n",
    );
    expect(readFileSync(join(cwd, "there.sql"), "utf8")).toBe("mine");
    screen.press("n");
    await screen.answer("Continue with another database?", keys.enter);
    expect(await screen.exited).toBe(3);
    expect(dump(file)).toEqual(before);
  });
});

describe("an interrupted wizard", () => {
  const reads: [string, string[], (screen: Screen) => Promise<void>][] = [
    ["the deploy date", [], (screen) => screen.waitFor("first deployed?")],
    [
      "the day",
      [],
      async (screen) => {
        await screen.answer("first deployed?", keys.down + keys.enter);
        await screen.waitFor("Date of the first deployment");
      },
    ],
    ["the copy", ["--deployed", "2025-11-01"], (screen) => screen.waitFor("Which database do you want")],
    ["the database", ["--local", "--deployed", "2025-11-01"], (screen) => screen.waitFor("Which database?")],
    [
      "the folder",
      ["--deployed", "2025-11-01"],
      async (screen) => {
        await screen.answer("Which database do you want", keys.up + keys.enter);
        await screen.waitFor("Which folder is mounted?");
      },
    ],
    [
      "the offer of a set-up",
      ["--local", "-b", "kv-manager-metadata", "--deployed", "2025-11-01"],
      (screen) => screen.waitFor("This local copy does not exist yet"),
    ],
    ["the last question", ready, (screen) => screen.waitFor("Apply this")],
    [
      "the file name",
      ready,
      async (screen) => {
        await screen.answer("Apply this", "s");
        await screen.waitFor("to which file?");
      },
    ],
  ];

  it.each(reads)(
    "exits with 130 and changes nothing on Ctrl-C, Esc or Ctrl-D at %s",
    async (_, flags, reach) => {
      const cwd = project();
      const file = await makeLocal(cwd, developmentId, "oldest");
      const before = dump(file);
      await Promise.all(
        [keys.ctrlC, keys.escape, keys.ctrlD].map(async (key) => {
          const screen = new Screen(flags, { cwd });
          await reach(screen);
          screen.press(key);
          expect(await screen.exited).toBe(130);
          expect((await screen.text()).match(/Nothing was changed\./g)).toHaveLength(1);
          // The cursor is shown again.
          expect(screen.raw.lastIndexOf("\x1b[?25h")).toBeGreaterThan(screen.raw.lastIndexOf("\x1b[?25l"));
        }),
      );
      expect(dump(file)).toEqual(before);
    },
  );

  it("exits with 130 on Ctrl-C while it reads the schema, and discards other keys pressed then", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const [leaves, stays] = [new Screen(ready, { cwd }), new Screen(ready, { cwd })];
    await leaves.answer("Reading the schema", keys.ctrlC);
    expect(await leaves.exited).toBe(130);
    expect(await leaves.text()).toContain("Cancelled. Nothing was changed.");
    await stays.answer("Reading the schema", `x${keys.down}${keys.enter}y${keys.enter}`);
    await stays.waitFor(/Apply this[\s\S]*● Yes, upgrade it now/);
    stays.press(keys.escape);
    expect(await stays.exited).toBe(130);
    // They were not echoed either.
    expect(await stays.text()).not.toMatch(/\^\[|^xy?$/m);
    expect(dump(file)).toEqual(before);
  });

  it("finishes and verifies the write on Ctrl-C before it exits with 130", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(ready, { cwd, env: slowEngine(cwd, 1000) });
    await screen.answer("Apply this", keys.enter);
    await screen.answer("Adding what is missing", keys.ctrlC + keys.ctrlC);
    await screen.waitFor("Finishing the write first, then exiting.");
    expect(await screen.exited).toBe(130);
    expect(unbroken(await screen.text())).toContain(
      "Cancelled during the write: it was finished and verified, and the database is upgraded.",
    );
    expect(Object.keys(dump(file).rows.bulk_jobs?.[0] ?? {})).toContain("metadata");
  });

  it("does not let a held-down key answer a question before it could be read", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const screen = new Screen(ready, { cwd });
    const held = setInterval(() => screen.press(keys.enter), 40);
    await screen.waitFor("The SQL that will be sent");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await screen.text()).not.toContain("Apply this");
    clearInterval(held);
    await screen.answer("Apply this", keys.ctrlC);
    expect(await screen.exited).toBe(130);
    expect(dump(file)).toEqual(before);
  });

  it.skipIf(process.platform === "win32")(
    "stops on Ctrl-Z and asks the same question again on fg",
    async () => {
      const cwd = project();
      const screen = new Screen(["--norc", "-i"], { cwd, program: "/bin/bash" });
      screen.press(`"${process.execPath}" "${cli}"${keys.enter}`);
      await screen.answer(/● Detect it from the database/, keys.down);
      await screen.answer("● I know the date", "\x1a");
      await screen.waitFor("Stopped");
      expect(screen.raw.lastIndexOf("\x1b[?25h")).toBeGreaterThan(screen.raw.lastIndexOf("\x1b[?25l"));
      screen.press(`fg${keys.enter}`);
      await screen.answer(/Stopped[\s\S]*first deployed\?[\s\S]*● I know the date/, keys.up);
      await screen.answer(/Stopped[\s\S]*● Detect it from the database/, keys.escape);
      await screen.answer("Cancelled. Nothing was changed.", `exit $?${keys.enter}`);
      expect(await screen.exited).toBe(130);
    },
  );

  it("still exits with 0 when the user leaves at the final offer of other databases", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-22");
    const screen = new Screen(ready, { cwd });
    await screen.waitFor("The database is up to date.");
    await screen.answer("Continue with another database?", keys.escape);
    expect(await screen.exited).toBe(0);
  });

  it.skipIf(process.platform === "win32").each([[[]], [["--plain"]]])(
    "exits with 130 and changes nothing when its terminal is closed at a question: %j",
    async (flags) => {
      const cwd = project();
      const file = await makeLocal(cwd, developmentId, "oldest");
      const before = dump(file);
      // A shell that survives the hangup and records the exit code.
      const command = `trap "" HUP; "${process.execPath}" "${cli}" ${flags.join(" ")}; echo $? > code`;
      const screen = new Screen(["-c", command], { cwd, program: "/bin/sh" });
      await screen.waitFor("first deployed?");
      screen.close();
      await eventually(() => existsSync(join(cwd, "code")) && readFileSync(join(cwd, "code"), "utf8") !== "");
      expect(readFileSync(join(cwd, "code"), "utf8").trim()).toBe("130");
      expect(dump(file)).toEqual(before);
    },
  );
});

describe("the wizard after a failure", () => {
  it("offers to try again, which works once the cause is fixed", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    const good = readFileSync(file);
    writeFileSync(file, "This is no database, but a text that is longer than a header.".repeat(20));
    const screen = new Screen(ready, { cwd });
    await screen.waitFor("Nothing was changed.");
    await screen.waitFor("What next?");
    writeFileSync(file, good);
    screen.press(keys.enter);
    await screen.answer("Apply this", keys.enter);
    await screen.waitFor("Upgraded:");
    await screen.answer("Continue with another database?", keys.enter);
    expect(await screen.exited).toBe(0);
  });

  it("recommends leaving after a failed retry, saves a report on request, and exits with the failure's code", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    writeFileSync(file, "This is no database, but a text that is longer than a header.".repeat(20));
    const screen = new Screen(ready, { cwd });
    await screen.answer("What next?", keys.enter);
    await screen.answer(/What next\?[\s\S]*What next\?/, keys.up + keys.enter);
    await screen.answer("Write the report to which file?", keys.enter);
    await screen.waitFor("Saved to kv-manager-report.md.");
    const report = readFileSync(join(cwd, "kv-manager-report.md"), "utf8");
    expect(report).toContain("SQLITE_NOTADB");
    expectNoSecrets(report, process.env);
    await screen.answer(/(What next\?[\s\S]*){3}/, keys.enter);
    expect(await screen.exited).toBe(1);
  });

  it("offers setup in a folder without a config, but not as the default", async () => {
    const [first, second] = [project({}), project({})];
    const leaves = new Screen([], { cwd: first });
    await leaves.answer("What next?", keys.enter);
    expect(await leaves.exited).toBe(2);
    const screen = new Screen([], { cwd: second });
    await screen.answer("What next?", keys.down + keys.enter);
    await screen.answer("Which database do you want", keys.down + keys.enter);
    await screen.answer("Write wrangler.toml with what the database needs?", keys.escape);
    expect(await screen.exited).toBe(130);
    expect(existsSync(join(second, "wrangler.toml"))).toBe(false);
  });

  it("reports an unreadable config once, and rereads it after the user has fixed it", async () => {
    const cwd = project({ "wrangler.dev.toml": `name = "kv\n${stockConfigs["wrangler.dev.toml"]}` });
    await makeLocal(cwd, developmentId, "2025-11-22");
    const screen = new Screen(ready, { cwd });
    await screen.waitFor("What next?");
    const text = unbroken(await screen.text());
    expect(text.match(/a quoted string is not closed on its line/g)).toHaveLength(1);
    writeFileSync(join(cwd, "wrangler.dev.toml"), stockConfigs["wrangler.dev.toml"]);
    await screen.answer("● Try again", keys.enter);
    await screen.answer("Which KV Manager will use this database?", keys.enter);
    await screen.waitFor("The database is up to date.");
    await screen.answer("Continue with another database?", keys.enter);
    expect(await screen.exited).toBe(0);
  });

  it("shows a conflict among the other objects", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, {
      sql: `${eraSchemas.oldest}\nCREATE VIEW job_audit_events AS SELECT 1;`,
    });
    const screen = new Screen(ready, { cwd });
    await screen.waitFor("What next?");
    const text = await screen.text();
    expect(text).toContain("! table job_audit_events  conflict");
    expect(text).toContain("+ column metadata  missing");
    expect(text).toContain("The schema matches no version of KV Manager.");
    screen.press(keys.ctrlC);
    expect(await screen.exited).toBe(1);
  });

  it("lets the user choose a different database even if flags named this one", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, { sql: "CREATE TABLE somebody (id INTEGER);" });
    await makeLocal(cwd, productionId, "2025-11-22");
    const screen = new Screen(ready, { cwd });
    await screen.waitFor("is not KV Manager's");
    await screen.answer("What next?", keys.enter);
    await screen.answer(/Which database do you want[\s\S]*Which database do you want/, keys.enter);
    await screen.answer(/Which database\?[\s\S]*Which database\?/, keys.enter);
    await screen.waitFor("The database is up to date.");
    await screen.answer("Continue with another database?", keys.enter);
    expect(await screen.exited).toBe(0);
  });
});

describe("an empty database", () => {
  it("is offered for setup, which asks for a second confirmation", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, { sql: "CREATE TABLE d1_migrations (id INTEGER);" });
    const screen = new Screen(ready, { cwd });
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
    expect(Object.keys(dump(file).rows.bulk_jobs?.[0] ?? {})).toContain("metadata");
  });

  it("is not called missing when its file has a name that only wrangler can resolve", async () => {
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

  it("is never recommended, and is distinguished from one that was never created", async () => {
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
      await screen.answer("Continue with another database?", keys.enter);
      expect(await screen.exited).toBe(0);
      const text = (await screen.text()).replace(/[\s│]+/g, " ");
      expect(text).toContain("but it cannot be used. It said: No version is set for command wrangler.");
      expect(text).toContain("npm install --save-dev wrangler@");
    },
  );
});
