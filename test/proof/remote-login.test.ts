import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { loopback } from "../support/remote.js";
import { tomlWithoutId } from "../support/setup.js";

const { make, api } = loopback();
const project = disposableProjects();

it("a login that expires before each of 20 runs is renewed 20 times, and never lost", async () => {
  const login = api().addLogin();
  const database = await make("oldest", login.env);
  const setUp = (cwd: string) =>
    runJson(["setup", "--remote", "--yes"], { cwd, env: { ...database.env, ...login.env } });
  const ended: unknown[] = [];
  const expired = async (run: () => ReturnType<typeof setUp>) => {
    login.expire();
    const { code, json } = await run();
    ended.push([code, json.outcome, json.error]);
  };
  for (let round = 0; round < 5; round++) {
    const pending = round === 0;
    await expired(() => database.run("status"));
    expect(ended.at(-1)).toEqual(pending ? [3, "pending", null] : [0, "up-to-date", null]);
    await expired(() => database.run("--yes"));
    expect(ended.at(-1)).toEqual([0, pending ? "upgraded" : "up-to-date", null]);
    await expired(() => setUp(project({ "wrangler.toml": tomlWithoutId(`kv-${randomUUID()}`) })));
    expect(ended.at(-1)).toEqual([0, "set-up", null]);
    await expired(() => database.run("report"));
    expect(ended.at(-1)).toEqual([0, "up-to-date", null]);
  }
  expect([ended.length, login.renewed, login.refused]).toEqual([20, 20, 0]);
});
