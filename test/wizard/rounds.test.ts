import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId, productionId } from "../support/project.js";
import { keys, Screen, unbroken } from "../support/terminal.js";

const project = disposableProjects();
const upgraded = "The local database kv-manager-metadata-dev was upgraded. Nothing else was changed;";
const nothing = /nothing was changed/i;

/** Lets the wizard upgrade the first of two databases, then chooses the other. */
async function intoSecondRound(cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Screen> {
  const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-01"], {
    cwd,
    env,
  });
  await screen.answer("Apply this to the local database kv-manager-metadata-dev", "y");
  await screen.answer("Continue with another database?", keys.down + keys.enter);
  return screen;
}

/** What the screen shows after the first database is done. */
const later = async (screen: Screen) =>
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
    expect(await later(screen)).toContain(`Cancelled. ${upgraded}`);
    expect(await later(screen)).not.toMatch(nothing);
  });

  it("reports what the earlier one wrote when the user answers no", async () => {
    const screen = await intoSecondRound(await twoDatabases());
    await screen.answer(second, "n");
    await screen.answer(/1 statement pending[\s\S]*Continue with another database\?/, keys.enter);
    expect(await screen.exited).toBe(3);
    expect(await later(screen)).toContain(`1 statement pending. ${upgraded.slice(0, -1)}.`);
    expect(await later(screen)).not.toMatch(nothing);
  });

  it("reports what the earlier one wrote when it fails", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "2025-11-10");
    const screen = await intoSecondRound(cwd, { CLOUDFLARE_API_TOKEN: undefined });
    await screen.answer(/Error \(NOT_LOGGED_IN\)[\s\S]*What next\?/, keys.escape);
    expect(await screen.exited).toBe(1);
    expect(await later(screen)).toContain(upgraded);
    expect(await later(screen)).not.toMatch(nothing);
  });

  it.each([
    ["in it", second, 1, upgraded],
    [
      "before it, where the upgrade's own exit code stays",
      "Continue with another",
      0,
      "The result above is still valid.",
    ],
  ])("does not deny the earlier one's work after a crash %s", async (_, question, expected, says) => {
    const cwd = await twoDatabases();
    const [boom, spoil] = [join(cwd, "boom"), join(cwd, "spoil.cjs")];
    writeFileSync(
      spoil,
      `if (/cli\\.cjs$/.test(process.argv[1] ?? "")) setInterval(() => {
        if (require("node:fs").existsSync(${JSON.stringify(boom)})) throw new Error("injected");
      }, 50).unref();`,
    );
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(spoil)}` };
    const args = ["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-01"];
    let screen: Screen;
    if (question === second) screen = await intoSecondRound(cwd, env);
    else {
      screen = new Screen(args, { cwd, env });
      await screen.answer("Apply this to the local database kv-manager-metadata-dev", "y");
    }
    await screen.waitFor(question);
    writeFileSync(boom, "");
    expect(await screen.exited).toBe(expected);
    expect(await later(screen)).toContain(`a bug in kv-manager-upgrade: injected. ${says}`);
    expect(await later(screen)).not.toMatch(nothing);
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
