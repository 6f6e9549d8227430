import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { keys, Screen } from "../support/terminal.js";
import { eventually } from "../support/waiting.js";

const project = disposableProjects();
const flags = ["--local", "-b", "kv-manager-metadata-dev"];
const color = /\x1b\[(?:3[0-8]|4[0-8]|9\d|10\d)m/;

/**
 * Whether a line is nothing but the path of this program in a command. The program keeps that path whole for copying,
 * however deep the folder is that it was cloned into; the terminal wraps it.
 */
const isLongWord = (line: string) =>
  /^ +(?:node )?(?:~\/)?(?:\S+|'[^']*')(?: \\)?$/.test(line) && line.includes("cli.cjs");

/** Completes a whole run with Enter alone. */
async function enterAllTheWay(screen: Screen): Promise<void> {
  await screen.answer("first deployed?", keys.enter);
  await screen.answer("Apply this", keys.enter);
  await screen.answer("Continue with another", keys.enter);
  expect(await screen.exited).toBe(0);
}

describe("the output width", () => {
  it.each([40, 80, 120])("is at most the terminal's %d columns", async (columns) => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(flags, { cwd, columns, rows: 30 });
    await enterAllTheWay(screen);
    expect((await screen.overlong()).filter((line) => !isLongWord(line))).toEqual([]);
    const text = (await screen.text()).replace(/ \\\n\s+/g, " ");
    // Wrapped texts are still complete.
    expect(text.replace(/\s+/g, " ")).toContain(
      "CREATE INDEX IF NOT EXISTS idx_job_audit_events_job_id ON job_audit_events(job_id, timestamp DESC);",
    );
    expect(text).toContain("status --local --config wrangler.dev.toml --binding METADATA");
    expect(text).toContain("--local --config wrangler.dev.toml --binding METADATA --yes");
  });

  it("follows a resize in the middle of a prompt", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen(flags, { cwd, columns: 120, rows: 30 });
    await screen.waitFor("first deployed?");
    screen.resize(40, 30);
    const from = screen.raw.length;
    // The prompt is redrawn for the new width.
    await eventually(() => screen.raw.length > from);
    await enterAllTheWay(screen);
    const printed = screen.raw.slice(from).replace(/\x1b\[[\d;?]*[A-Za-z]/g, "");
    const wide = printed.split(/\r?\n|\r/).filter((line) => line.length > 40 && !isLongWord(line));
    expect(wide).toEqual([]);
  });
});

describe("color", () => {
  it.each<[string[], NodeJS.ProcessEnv]>([
    [["--no-color"], {}],
    [["--no-color"], { FORCE_COLOR: "1" }],
    [[], { NO_COLOR: "1", FORCE_COLOR: "1" }],
    [[], { TERM: "dumb" }],
  ])("is not used with %j and %j", async (more, env) => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const screen = new Screen(more, { cwd, env });
    await screen.answer("first deployed?", keys.ctrlC);
    expect(await screen.exited).toBe(130);
    expect(screen.raw).not.toMatch(color);
  });

  it("is used with FORCE_COLOR and adds nothing to the words", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const [plain, colored] = [
      new Screen(flags, { cwd, env: { NO_COLOR: "1" } }),
      new Screen(flags, { cwd, env: { FORCE_COLOR: "1" } }),
    ];
    for (const screen of [plain, colored]) {
      await screen.answer("first deployed?", keys.enter);
      await screen.answer("Apply this", "n");
      await screen.answer("Continue with another", keys.enter);
      expect(await screen.exited).toBe(3);
    }
    expect(colored.raw).toMatch(color);
    const words = async (screen: Screen) => (await screen.text()).replace(/\(\d+\.\d s\)/g, "");
    expect(await words(colored)).toBe(await words(plain));
  });
});

describe("without Unicode", () => {
  it("prompts and tables are ASCII", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen(flags, { cwd, env: { LANG: "C", LC_ALL: "C" } });
    await enterAllTheWay(screen);
    // Except for letters in names: this program's folder may have any.
    expect(screen.raw.replace(/[\p{L}\p{M}]/gu, "")).toMatch(/^[\x00-\x7f]+$/);
    expect(await screen.text()).toContain("[ok] Read the schema");
  });
});

describe("plain prompts", () => {
  /** Gives a wrong answer to both kinds of prompt, and goes back to the first. */
  async function wrongAndBack(screen: Screen): Promise<void> {
    await screen.waitFor("1. Detect it from the database (recommended)");
    await screen.answer("press Enter for 1:", `7${keys.enter}`);
    await screen.answer('"7" is not a number from 1 to 2.', `2${keys.enter}`);
    await screen.answer("Date of the first deployment (YYYY-MM-DD)", `2025-11-31${keys.enter}`);
    await screen.answer('"2025-11-31" is not a date', `back${keys.enter}`);
    await screen.waitFor(/(first deployed\?[\s\S]*){2}Enter for 1:/);
  }
  function expectStill({ raw }: Screen): void {
    expect(raw).not.toContain("\x1b");
    expect(raw).not.toMatch(/\r(?!\n)/);
  }

  it.each<[string, NodeJS.ProcessEnv]>([
    ["a dumb terminal", { TERM: "dumb" }],
    ["ACCESSIBLE", { ACCESSIBLE: "1", NO_COLOR: "1" }],
  ])("are used with %s", async (_, env) => {
    const screen = new Screen(flags, { cwd: project(), env });
    await wrongAndBack(screen);
    screen.press(keys.ctrlC);
    expect(await screen.exited).toBe(130);
    expectStill(screen);
  });

  it("with --plain are numbered and never redrawn, without an escape byte", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen([...flags, "--plain"], { cwd, env: { NO_COLOR: "1" } });
    await wrongAndBack(screen);
    screen.press(keys.enter);
    await screen.answer(/Apply this[\s\S]*press Enter for 1:/, `yes${keys.enter}`);
    await screen.waitFor("Upgraded:");
    await screen.answer(/Continue with another[\s\S]*press Enter for 1:/, keys.enter);
    expect(await screen.exited).toBe(0);
    expectStill(screen);
  });

  it.each([
    ["Ctrl-C", keys.ctrlC],
    ["Ctrl-D", keys.ctrlD],
    ["Esc", keys.escape + keys.enter],
  ])("exit with 130 on %s", async (_, key) => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = new Screen(["--plain"], { cwd });
    await screen.answer("press Enter for 1:", key);
    expect(await screen.exited).toBe(130);
    expect((await screen.text()).match(/Nothing was changed\./g)).toHaveLength(1);
  });
});
