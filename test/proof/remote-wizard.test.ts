import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loopback } from "../support/remote.js";
import { asksForTheName, choosesAnAccount } from "../support/remote-wizard.js";
import { keys, Screen } from "../support/terminal.js";

const server = loopback();
const { makeFor, api } = server;

// The wizard with a token is in `npm test`.
describe("the wizard on a deployed database, with wrangler's login", () => {
  it("shows the accounts to choose from, and uses the chosen one", async () => {
    await choosesAnAccount(server, "login");
  });

  it("asks whether the database with the id is meant when its name differs", async () => {
    await asksForTheName(server, "login");
  });

  it("offers the accounts when wrangler remembers a different one", async () => {
    const ours = api().accounts[0] ?? { id: "", name: "" };
    const old = { id: "fedcba9876543210fedcba9876543210", name: "An old one" };
    const database = await makeFor("login", "2025-11-10", { CLOUDFLARE_ACCOUNT_ID: undefined });
    const all = [...api().accounts];
    const others = [
      { ...old, id: old.id.replace("f", "e"), name: "Another" },
      { ...ours, name: "Ours" },
    ];
    api().accounts.splice(0, api().accounts.length, ...others);
    const WRANGLER_CACHE_DIR = join(database.cwd, "cache");
    mkdirSync(WRANGLER_CACHE_DIR);
    writeFileSync(join(WRANGLER_CACHE_DIR, "wrangler-account.json"), JSON.stringify({ account: old }));
    const env = { ...database.env, WRANGLER_CACHE_DIR };
    const screen = new Screen(["--remote", "--deployed", "2025-11-10"], {
      ...{ cwd: database.cwd, env, allowedIds: others.map((a) => a.id) },
    });
    try {
      await screen.waitFor("Wrangler used the account An old one (fedcba…)");
      await screen.answer("What next?", keys.enter);
      await screen.waitFor("Ours (");
      screen.press(keys.down.repeat(2) + keys.enter);
      await screen.waitFor("account Ours");
      screen.press("y");
      expect(await screen.exited).toBe(0);
      expect(database.writes()).toBe(1);
    } finally {
      api().accounts.splice(0, api().accounts.length, ...all);
    }
  });
});
