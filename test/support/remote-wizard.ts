import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { loopback, Way } from "./remote.js";
import { keys, Screen } from "./terminal.js";

type LoopbackServer = ReturnType<typeof loopback>;

/** The wizard with several possible accounts: they are shown, and the chosen one is used. */
export async function choosesAnAccount({ makeFor, api }: LoopbackServer, way: Way): Promise<void> {
  const accounts = [
    { id: "0123456789abcdef0123456789abcdef", name: "Somebody else's" },
    { id: String(api().accounts[0]?.id), name: "Ours" },
  ];
  const database = await makeFor(way, "2025-11-10", { CLOUDFLARE_ACCOUNT_ID: undefined });
  const all = [...api().accounts];
  api().accounts.splice(0, api().accounts.length, ...accounts);
  const screen = new Screen(["--remote", "--deployed", "2025-11-10"], {
    cwd: database.cwd,
    env: { ...database.env, WRANGLER_CACHE_DIR: join(database.cwd, "cache") },
    allowedIds: accounts.map((a) => a.id),
  });
  try {
    await screen.answer("What next?", keys.enter);
    await screen.waitFor("Ours (");
    expect(await screen.text()).toContain("Somebody else's (0123456789abcdef0123456789abcdef)");
    screen.press(keys.down.repeat(2) + keys.enter);
    await screen.waitFor("account Ours");
    screen.press("y");
    expect(await screen.exited).toBe(0);
    expect(database.writes()).toBe(1);
  } finally {
    api().accounts.splice(0, api().accounts.length, ...all);
  }
}

/** The wizard with a config that has one database's name and another's id: it asks, and No is preselected. */
export async function asksForTheName({ makeFor }: LoopbackServer, way: Way): Promise<void> {
  const database = await makeFor(way, "2025-11-10");
  const config = join(database.cwd, "wrangler.toml");
  writeFileSync(config, readFileSync(config, "utf8").replace(database.name, "kv-manager-mine"));
  const start = () => new Screen(["--remote", "--deployed", "2025-11-10"], database);
  const asked = `Is ${database.name} the database you mean?`;
  const first = start();
  await first.waitFor(`belongs to ${database.name}, not to kv-manager-mine.`);
  await first.answer(asked, keys.enter);
  expect(await first.exited).toBe(3);
  expect(database.writes()).toBe(0);
  const second = start();
  await second.answer(asked, "y");
  await second.answer("Apply this to the remote database kv-manager-mine", "y");
  expect(await second.exited).toBe(0);
  expect(database.writes()).toBe(1);
}
