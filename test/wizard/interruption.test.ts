import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../support/cli.js";
import { slowEngine } from "../support/engine-faults.js";
import { disposableProjects } from "../support/folders.js";
import { dump, jobColumns, makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { keys, Screen, unbroken } from "../support/terminal.js";
import { eventually } from "../support/waiting.js";
import { answered } from "../support/wizard.js";

const project = disposableProjects();

describe("an interrupted wizard", () => {
  /** Each question, the flags that lead to it, and the way there. */
  const questions: [string, string[], (screen: Screen) => Promise<void>][] = [
    ["when KV Manager was deployed", [], (screen) => screen.waitFor("first deployed?")],
    [
      "for that date",
      [],
      async (screen) => {
        await screen.answer("first deployed?", keys.down + keys.enter);
        await screen.waitFor("Date of the first deployment");
      },
    ],
    [
      "which copy to upgrade",
      ["--deployed", "2025-11-01"],
      (screen) => screen.waitFor("Which database do you want"),
    ],
    [
      "which database",
      ["--local", "--deployed", "2025-11-01"],
      (screen) => screen.waitFor("Which database?"),
    ],
    [
      "which folder is mounted",
      ["--deployed", "2025-11-01"],
      async (screen) => {
        await screen.answer("Which database do you want", keys.up + keys.enter);
        await screen.waitFor("Which folder is mounted?");
      },
    ],
    [
      "whether to set up the database",
      ["--local", "-b", "kv-manager-metadata", "--deployed", "2025-11-01"],
      (screen) => screen.waitFor("This local copy does not exist yet"),
    ],
    ["whether to apply the upgrade", answered, (screen) => screen.waitFor("Apply this")],
    [
      "for the name of a file",
      answered,
      async (screen) => {
        await screen.answer("Apply this", "s");
        await screen.waitFor("to which file?");
      },
    ],
  ];

  it.each(questions)(
    "exits with 130 and changes nothing on Ctrl-C, Esc or Ctrl-D when asked %s",
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
    const [leaves, stays] = [new Screen(answered, { cwd }), new Screen(answered, { cwd })];
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
    const screen = new Screen(answered, { cwd, env: slowEngine(cwd, 1000) });
    await screen.answer("Apply this", keys.enter);
    await screen.answer("Adding what is missing", keys.ctrlC + keys.ctrlC);
    await screen.waitFor("Finishing the write first, then exiting.");
    expect(await screen.exited).toBe(130);
    expect(unbroken(await screen.text())).toContain(
      "Cancelled during the write: it was finished and verified, and the database is upgraded.",
    );
    expect(jobColumns(file)).toContain("metadata");
  });

  it("does not let a held-down key answer a question before it could be read", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const screen = new Screen(answered, { cwd });
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
      await screen.answer("● I know the date", keys.ctrlZ);
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
    const screen = new Screen(answered, { cwd });
    await screen.waitFor("The database is up to date.");
    await screen.answer("Continue with another database?", keys.escape);
    expect(await screen.exited).toBe(0);
  });

  it.skipIf(process.platform === "win32").each([
    ["with the usual prompts", ""],
    ["with --plain", "--plain"],
  ])("exits with 130 and changes nothing when its terminal is closed at a question, %s", async (_, flags) => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    // A shell that survives the hangup and records the exit code.
    const command = `trap "" HUP; "${process.execPath}" "${cli}" ${flags}; echo $? > code`;
    const screen = new Screen(["-c", command], { cwd, program: "/bin/sh" });
    await screen.waitFor("first deployed?");
    screen.close();
    await eventually(() => existsSync(join(cwd, "code")) && readFileSync(join(cwd, "code"), "utf8") !== "");
    expect(readFileSync(join(cwd, "code"), "utf8").trim()).toBe("130");
    expect(dump(file)).toEqual(before);
  });
});
