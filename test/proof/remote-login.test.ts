import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cli, plainEnvironment, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { loopback } from "../support/remote.js";
import { tomlWithoutId } from "../support/setup.js";

const { make, makeWithLogin, api } = loopback();

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

describe("a login", () => {
  it("is renewed again and again when it expires immediately", async () => {
    const { login, database } = await makeWithLogin();
    login.lifetime = 0;
    login.expire();
    const { code, json } = await database.run("--yes");
    expect([code, json.outcome]).toEqual([0, "upgraded"]);
    expect(login.renewed).toBeGreaterThanOrEqual(3);
    expect(login.refused).toBe(0);
  });

  it("is saved before a read times out", async () => {
    const { login, database } = await makeWithLogin();
    login.expire();
    login.delay = 1500;
    // The schema is never read in time, no matter when the login is renewed.
    database.fault({ kind: "delay", milliseconds: 20_000 });
    const slow = await database.run("status", "--timeout", "2");
    database.clearFaults();
    expect([slow.code, slow.json.error?.code]).toEqual([1, "TIMEOUT"]);
    login.delay = 0;
    const again = await database.run("status");
    expect([again.code, again.json.outcome, login.refused]).toEqual([3, "pending", 0]);
  });

  it.skipIf(process.platform === "win32")("is saved before a cancelled read ends", async () => {
    const { login, database } = await makeWithLogin();
    login.expire();
    login.delay = 1500;
    const child = spawn(process.execPath, [cli, "status", "--remote"], {
      cwd: database.cwd,
      env: { ...plainEnvironment(), ...database.env },
      stdio: "ignore",
    });
    const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
    while (login.renewed === 0 && child.exitCode === null) await sleep(20);
    child.kill("SIGINT");
    expect(await closed).toBe(130);
    expect([login.isSaved, login.renewed]).toEqual([true, 1]);
    const again = await database.run("status");
    expect([again.code, again.json.outcome, login.refused]).toEqual([3, "pending", 0]);
  });
});
