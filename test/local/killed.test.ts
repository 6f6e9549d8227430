import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { eventually } from "../support/waiting.js";

const project = disposableProjects();
const flags = ["--local", "-b", "kv-manager-metadata-dev", "--yes"];

/** A project with an old database, which is to be as before or complete. */
async function old() {
  const cwd = project();
  const file = await makeLocal(cwd, developmentId, "oldest");
  return { cwd, file, before: dump(file) };
}

/** Puts a script in wrangler's place, as the project's own. */
function standIn(cwd: string, script: string): void {
  rmSync(join(cwd, "node_modules"));
  const folder = join(cwd, "node_modules", "wrangler");
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "name": "wrangler", "version": "4.86.0" }');
  writeFileSync(join(folder, "bin", "wrangler.js"), script);
}

/** What every Node process of a run reads first. */
function preload(cwd: string, script: string): NodeJS.ProcessEnv {
  const file = join(cwd, "preload.cjs");
  writeFileSync(file, script);
  return { NODE_OPTIONS: `--require ${JSON.stringify(file)}` };
}

/** Whether a process of wrangler's is the second one, which does the work, and carries out what is meant. */
const isMeant = (writes: boolean) =>
  `/wrangler-dist.cli\\.js$/.test(process.argv[1] ?? "") && /ALTER TABLE/.test(process.argv.join(" ")) === ${writes}`;

/** Kills the engine as soon as it says that it is ready. */
const killEngine = (writes: boolean) => `
  if (${isMeant(writes)}) {
    const children = require("node:child_process");
    const { spawn } = children;
    children.spawn = (command, ...rest) => {
      const child = spawn(command, ...rest);
      if (/workerd/.test(command)) child.stdio[3].once("data", () => child.kill("SIGKILL"));
      return child;
    };
  }`;

/** Kills the second process before it gives the answer that it has. */
const killBeforeAnswer = `
  if (${isMeant(true)}) {
    const write = process.stdout.write;
    process.stdout.write = function (text, ...rest) {
      if (String(text).startsWith("[")) process.kill(process.pid, "SIGKILL");
      return write.call(this, text, ...rest);
    };
  }`;

/** An engine that lives on when it has killed the process that started it, as the system might. */
function deadlyEngine(cwd: string): { env: NodeJS.ProcessEnv; isAlive: () => boolean } {
  const workerd = join(cwd, "workerd");
  const pid = join(cwd, "pid");
  writeFileSync(workerd, `#!/bin/sh\necho $$ > "${pid}"\nkill -KILL $PPID\nexec sleep 60\n`);
  chmodSync(workerd, 0o755);
  const isAlive = () => {
    try {
      process.kill(Number(readFileSync(pid, "utf8")), 0);
      return true;
    } catch {
      return false;
    }
  };
  return { env: { MINIFLARE_WORKERD_PATH: workerd }, isAlive };
}

describe.skipIf(process.platform === "win32")("a wrangler that the system kills", () => {
  it.each([
    ["by a signal", 'process.kill(process.pid, "SIGKILL");'],
    ["behind a shell, which makes an exit code of it", "process.exit(137);"],
  ])("%s is told so, and that nothing was changed", async (_, script) => {
    const { cwd, file, before } = await old();
    standIn(cwd, script);
    const { code, json, stderr, starts } = await runJson(flags, { cwd });
    expect([code, json.error?.code, json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
    expect(json.error?.message).toBe("The system ended wrangler (SIGKILL), mostly because memory ran out.");
    expect(json.error?.advice).toContain("allow the container more memory");
    expect(stderr).toContain("Nothing was changed.");
    expect(starts).toHaveLength(1);
    expect(dump(file)).toEqual(before);
  });

  it("while it reads, its second process alone: told, and its engine is ended too", async () => {
    const { cwd, file, before } = await old();
    const { env, isAlive } = deadlyEngine(cwd);
    const { code, json, stderr } = await runJson(flags, { cwd, env });
    expect([code, json.error?.code, json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
    expect(json.error?.message).toContain("ended without a word, as it does when the system ends it");
    expect(stderr).toContain("Nothing was changed.");
    expect(existsSync(join(cwd, "pid"))).toBe(true);
    await eventually(() => !isAlive());
    expect(dump(file)).toEqual(before);
  });

  it.each([false, true])("its engine alone, while it writes: %s", async (writes) => {
    const { cwd, file, before } = await old();
    const { code, json, stderr } = await runJson(flags, { cwd, env: preload(cwd, killEngine(writes)) });
    expect([code, json.error?.code, json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
    expect(json.error?.message).toContain("ended while it was at work, mostly because memory ran out.");
    expect(json.error?.advice).toContain(" status --local ");
    expect(stderr).toContain("Nothing was changed.");
    expect(dump(file)).toEqual(before);
  });

  it("after its batch and before its answer: the database says that all is there", async () => {
    const { cwd, file } = await old();
    const { code, json } = await runJson(flags, { cwd, env: preload(cwd, killBeforeAnswer) });
    expect([code, json.outcome, json.applied, json.error]).toEqual([0, "upgraded", true, null]);
    expect(json.checks.every(({ ok }) => ok)).toBe(true);
    expect(dump(file).schema.some(({ name }) => name === "job_audit_events")).toBe(true);
  });

  it("before its batch: nothing was changed, and the next run does it", async () => {
    const { cwd, file, before } = await old();
    const kill = `if (${isMeant(true)}) process.kill(process.pid, "SIGKILL");`;
    const env = preload(cwd, kill);
    const { code, json, stderr } = await runJson(flags, { cwd, env });
    expect([code, json.error?.code, json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
    expect(json.error?.message).toContain("mostly because memory ran out");
    expect(stderr).toContain("Nothing was changed.");
    expect(dump(file)).toEqual(before);
    expect((await runJson(flags, { cwd })).json.outcome).toBe("upgraded");
  });
});
