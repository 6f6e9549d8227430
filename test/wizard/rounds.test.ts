import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId, productionId } from "../support/project.js";
import { keys, Screen, unbroken } from "../support/terminal.js";
import { answered } from "../support/wizard.js";

const project = disposableProjects();
const upgraded = "The local database kv-manager-metadata-dev was upgraded. Nothing else was changed;";
const nothing = /nothing was changed/i;

/** Lets the wizard upgrade the first of two databases. */
async function upgradeTheFirst(cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Screen> {
  const screen = new Screen(answered, { cwd, env });
  await screen.answer("Apply this to the local database kv-manager-metadata-dev", "y");
  return screen;
}

/** The same, and chooses the other one. */
async function intoSecondRound(cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Screen> {
  const screen = await upgradeTheFirst(cwd, env);
  await screen.answer("Continue with another database?", keys.down + keys.enter);
  return screen;
}

/** An environment in which the program throws an error once `crashNow` is called. */
function crashOnDemand(cwd: string) {
  const [boom, spoil] = [join(cwd, "boom"), join(cwd, "spoil.cjs")];
  writeFileSync(
    spoil,
    `if (/cli\\.cjs$/.test(process.argv[1] ?? "")) setInterval(() => {
      if (require("node:fs").existsSync(${JSON.stringify(boom)})) throw new Error("injected");
    }, 50).unref();`,
  );
  return {
    crashes: { NODE_OPTIONS: `--require ${JSON.stringify(spoil)}` },
    crashNow: () => writeFileSync(boom, ""),
  };
}

/** What the screen shows after the first database is done. */
const shownLater = async (screen: Screen) =>
  unbroken(await screen.text())
    .split("Continue with another database?")
    .slice(1)
    .join();

describe("a later round of the wizard", () => {
  async function twoDatabases() {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    await makeLocal(cwd, productionId, "2025-11-10");
    return cwd;
  }
  const second = "Apply this to the local database kv-manager-metadata (";

  it("reports what the earlier one wrote when it is canceled", async () => {
    const screen = await intoSecondRound(await twoDatabases());
    await screen.answer(second, keys.escape);
    expect(await screen.exited).toBe(130);
    expect(await shownLater(screen)).toContain(`Cancelled. ${upgraded}`);
    expect(await shownLater(screen)).not.toMatch(nothing);
  });

  it("reports what the earlier one wrote when the user answers no", async () => {
    const screen = await intoSecondRound(await twoDatabases());
    await screen.answer(second, "n");
    await screen.answer(/1 statement pending[\s\S]*Continue with another database\?/, keys.enter);
    expect(await screen.exited).toBe(3);
    expect(await shownLater(screen)).toContain(`1 statement pending. ${upgraded.slice(0, -1)}.`);
    expect(await shownLater(screen)).not.toMatch(nothing);
  });

  it("reports what the earlier one wrote when it fails", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = await intoSecondRound(cwd, { CLOUDFLARE_API_TOKEN: undefined });
    await screen.answer(/Error \(NOT_LOGGED_IN\)[\s\S]*What next\?/, keys.escape);
    expect(await screen.exited).toBe(1);
    expect(await shownLater(screen)).toContain(upgraded);
    expect(await shownLater(screen)).not.toMatch(nothing);
  });

  it.each([
    ["in it", { in: second, code: 1, says: upgraded }],
    [
      "before it, and keeps the upgrade's own exit code",
      { in: "Continue with another", code: 0, says: "The result above is still valid." },
    ],
  ])("does not deny the earlier one's work after a crash %s", async (_, crash) => {
    const cwd = await twoDatabases();
    const { crashes, crashNow } = crashOnDemand(cwd);
    const screen =
      crash.in === second ? await intoSecondRound(cwd, crashes) : await upgradeTheFirst(cwd, crashes);
    await screen.waitFor(crash.in);
    crashNow();
    expect(await screen.exited).toBe(crash.code);
    expect(await shownLater(screen)).toContain(`a bug in kv-manager-upgrade: injected. ${crash.says}`);
    expect(await shownLater(screen)).not.toMatch(nothing);
  });

  it("reports the config that setup wrote before the user went back", async () => {
    const cwd = project({});
    const screen = new Screen(["setup"], { cwd });
    await screen.answer("Which database do you want", keys.down + keys.enter);
    await screen.answer("Write wrangler.toml with what the database needs?", "y");
    await screen.answer("Which KV Manager will use this database?", keys.enter);
    await screen.answer("Write the schema into the local database", "b");
    await screen.answer(/wrangler\.toml was written[\s\S]*Which database do you want/, keys.escape);
    expect(await screen.exited).toBe(130);
    expect(existsSync(join(cwd, "wrangler.toml"))).toBe(true);
    const text = unbroken(await screen.text());
    expect(text).toContain(
      "Cancelled. wrangler.toml was written with what the database needs. Nothing else was changed;",
    );
    expect(text).not.toMatch(nothing);
    expect(readFileSync(join(cwd, "wrangler.toml"), "utf8")).toContain("METADATA");
  });
});
