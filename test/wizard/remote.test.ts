import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publicId } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { asksForTheName, choosesAnAccount } from "../support/remote-wizard.js";
import { keys, Screen, unbroken } from "../support/terminal.js";

const server = loopback();
const { make, api } = server;
const lastQuestion = "Apply this to the remote database kv-manager-metadata-";

describe("the wizard on a remote database", () => {
  it("changes nothing on plain Enter, because No is preselected", async () => {
    const database = await make("oldest");
    const before = await database.dump();
    const screen = new Screen(["--remote"], database);
    await screen.answer("first deployed?", keys.enter);
    await screen.answer(lastQuestion, keys.enter);
    expect(await screen.exited).toBe(3);
    expect(await database.dump()).toEqual(before);
    expect(database.writes()).toBe(0);
  });

  it("reads the restore point only after the user confirms, and shows the restore command", async () => {
    const database = await make("2025-11-10");
    const screen = new Screen(["--remote", "--deployed", "2025-11-10"], database);
    await screen.waitFor(lastQuestion);
    const seen = () =>
      api()
        .requests.filter((r) => r.databaseId === database.id)
        .map((r) => r.endpoint);
    // The database's name is read along with its schema.
    expect(seen().sort()).toEqual(["database", "query"]);
    screen.press("y");
    expect(await screen.exited).toBe(0);
    expect(seen().slice(2)).toEqual(["bookmark", "query"]);
    const text = await screen.text();
    expect(unbroken(text)).toMatch(
      /npx wrangler d1 time-travel restore kv-manager-metadata-\w+ --bookmark=[0-9a-f-]{59}/,
    );
    expect(text).toContain("This undoes everything written since then");
  });

  it("asks before continuing without a restore point, and stops on plain Enter", async () => {
    const database = await make("2025-11-10");
    database.fault(
      { kind: "fail", status: 400, code: 7500, message: "no bookmark today" },
      { endpoint: "bookmark" },
    );
    const screen = new Screen(["--remote", "--deployed", "2025-11-10"], database);
    await screen.answer(lastQuestion, "y");
    await screen.answer("Continue without a restore point?", keys.enter);
    expect(await screen.exited).toBe(3);
    expect(database.writes()).toBe(0);
  });

  it("lists the accounts to choose from and uses the chosen one", async () => {
    await choosesAnAccount(server, "token");
  });

  it("asks whether the database with the configured id is meant when its name differs", async () => {
    await asksForTheName(server, "token");
  });

  it("offers the account's databases when the configured one does not exist, and writes the chosen id", async () => {
    const database = await make("2025-11-10");
    const config = join(database.cwd, "wrangler.toml");
    const right = readFileSync(config, "utf8");
    writeFileSync(config, `# mine\n${right.replace(database.id, publicId)}`);
    const screen = new Screen(["--remote", "--deployed", "2025-11-10"], database);
    await screen.answer("What next?", keys.enter);
    await screen.waitFor("Which of the account's databases is it?");
    // None is preselected, so plain Enter changes nothing.
    const names = (await screen.lines()).filter((line) => /[○●] kv-manager-metadata-/.test(line));
    const at = names.findIndex((line) => line.includes(database.id.slice(0, 8)));
    screen.press(keys.down.repeat(at + 1) + keys.enter);
    await screen.answer(lastQuestion, "y");
    expect(await screen.exited).toBe(0);
    expect(readFileSync(config, "utf8")).toBe(`# mine\n${right}`);
    expect(database.writes()).toBe(1);
  });

  it("leaves a config that is not UTF-8 unchanged instead of writing the id, and shows the invalid place", async () => {
    const database = await make("2025-11-10");
    const config = join(database.cwd, "wrangler.toml");
    const right = readFileSync(config, "utf8");
    const wrong = `# für uns\n${right.replace(database.id, publicId)}`;
    writeFileSync(config, wrong, "latin1");
    const screen = new Screen(["--remote", "--deployed", "2025-11-10"], database);
    await screen.answer("What next?", keys.enter);
    await screen.answer("Which of the account's databases is it?", keys.down + keys.enter);
    await screen.waitFor("wrangler.toml, line 1, column 4, cannot be used: it is not valid UTF-8");
    await screen.waitFor("Write the id into it yourself.");
    await screen.answer(/Write the id[\s\S]*What next\?/, keys.escape);
    await screen.exited;
    expect(readFileSync(config, "latin1")).toBe(wrong);
  });

  it("offers to log in, and recommends leaving after the login was refused", async () => {
    const database = await make("2025-11-10", { CLOUDFLARE_API_TOKEN: undefined });
    const screen = new Screen(["--remote", "--deployed", "2025-11-10"], {
      cwd: database.cwd,
      env: { ...database.env, BROWSER: "none" },
      // Wrangler's own client id, in the address that it prints.
      allowedIds: ["54d11594-84e4-41aa-b438-e81b8fa78ee7"],
    });
    await screen.waitFor("● Log in to Cloudflare");
    screen.press(keys.enter);
    await screen.waitFor(/oauth2\/auth|Opening a link/);
    // The user declines on the page in the browser.
    const refusal = "http://localhost:8976/oauth/callback?error=access_denied&state=x";
    // wrangler prints the address before it listens.
    for (let tries = 0; tries < 100 && (await fetch(refusal).catch(() => null)) === null; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    await screen.waitFor("The login failed.");
    // The same failure again: Exit is now preselected, or pressing Enter would never end.
    await screen.waitFor(/What next\?[\s\S]*What next\?[\s\S]*● Exit/);
    screen.press(keys.enter);
    expect(await screen.exited).toBe(1);
    const text = unbroken(await screen.text());
    expect(text).toContain("Nothing was changed.");
    expect(text).toContain("This is the same failure as before, so Enter exits.");
    expect(database.writes()).toBe(0);
  });
});
