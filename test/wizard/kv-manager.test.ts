import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { checkoutOf, developmentId, stockConfigs } from "../support/project.js";
import { asked, keys, Screen, unbroken } from "../support/terminal.js";

const project = disposableProjects();
const config = { "wrangler.dev.toml": stockConfigs["wrangler.dev.toml"] };
const question = "Which KV Manager will use this database?";
const untilThen = ["--local", "--deployed", "2025-11-01"];

describe("the question which KV Manager will use the database", () => {
  it("is asked when nothing else determines it, and the answer shapes the plan and the commands shown", async () => {
    const cwd = project(config);
    await makeLocal(cwd, developmentId, "2025-11-22");
    const screen = new Screen(untilThen, { cwd });
    await screen.waitFor(question);
    const asked = await screen.text();
    expect(asked).toContain("● KV Manager 1.x (nothing to add)");
    expect(asked).toContain("○ KV Manager 2.x (up to 2.3.1, 11 statements to add)");
    screen.press(keys.down + keys.enter);
    await screen.answer("Apply this", "y");
    expect(await screen.declineAnother()).toBe(0);
    const text = unbroken(await screen.text());
    expect(text).toContain("Planned for KV Manager 2, as you chose.");
    expect(text).toContain("Upgraded: 11 statements applied in one transaction");
    expect(text).toMatch(/--binding METADATA --for 2 --yes/);
    expect(text).toMatch(/Its "Upgrade Now" then finds nothing to do/);
  });

  it("recommends 2 for a database with parts of 2.x, and lets the user go back", async () => {
    const cwd = project(config);
    await makeLocal(cwd, developmentId, "2025-12-09");
    const screen = new Screen(["--local"], { cwd });
    await screen.answer("first deployed?", keys.enter);
    await screen.waitFor("● KV Manager 2.x (up to 2.3.1, 9 statements to add)");
    screen.press("b");
    await screen.answer(asked("first deployed?", 2), keys.enter);
    await screen.answer(asked(question, 2), keys.enter);
    await screen.waitFor("Apply this");
    expect(unbroken(await screen.text())).toContain(
      "Planned for KV Manager 2; the database already has some of its tables.",
    );
    screen.press("n");
    expect(await screen.declineAnother()).toBe(3);
  });

  it.each([
    ["the checkout", "2.3.1", [], "2.3.1 (the version of this checkout)", 17],
    ["a checkout newer than any known version", "3.0.0", [], "2.3.1 (the newest known version)", 17],
    ["--for", "2.3.1", ["--for", "2.0.0"], "2.0.0 (from --for)", 8],
  ])(
    "is not asked, but shown with its answer, when %s determines it",
    async (_, checkout, flags, answer, count) => {
      const cwd = project({ ...config, "package.json": checkoutOf(checkout) });
      await makeLocal(cwd, developmentId, "oldest");
      const screen = new Screen([...untilThen, ...flags], { cwd });
      await screen.waitFor("Apply this");
      const text = await screen.text();
      expect(text).toMatch(
        new RegExp(`${question.replace("?", "\\?")}\\s+│\\s+${answer.replace(/[()]/g, "\\$&")}`),
      );
      expect(unbroken(text)).toContain(`only what is missing is added (${count} statements)`);
      screen.press(keys.ctrlC);
      expect(await screen.exited).toBe(130);
    },
  );

  it("is not asked when the answer makes no difference", async () => {
    const cwd = project(config);
    await makeLocal(
      cwd,
      developmentId,
      "2026-07-25",
      "ALTER TABLE webhooks ADD COLUMN name TEXT NOT NULL DEFAULT '';",
    );
    const screen = new Screen(untilThen, { cwd });
    expect(await screen.declineAnother()).toBe(0);
    const text = await screen.text();
    expect(text).not.toContain(question);
    expect(text).toContain("The database is up to date.");
  });
});
