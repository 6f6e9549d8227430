import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { eventually } from "../support/waiting.js";

const project = disposableProjects();
const flags = ["--local", "-b", "kv-manager-metadata-dev", "--yes"];

/** A project with a database of the oldest era, and a dump of it. */
async function old() {
  const cwd = project();
  const file = await makeLocal(cwd, developmentId, "oldest");
  return { cwd, file, before: dump(file) };
}

/** Replaces the project's wrangler with a script. */
function standIn(cwd: string, script: string): void {
  rmSync(join(cwd, "node_modules"));
  const folder = join(cwd, "node_modules", "wrangler");
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "name": "wrangler", "version": "4.86.0" }');
  writeFileSync(join(folder, "bin", "wrangler.js"), script);
}

/** A workerd that kills the process that started it, as the system might, and lives on. */
function deadlyEngine(cwd: string): {
  env: NodeJS.ProcessEnv;
  started: () => string[];
  isAlive: () => boolean;
} {
  const workerd = join(cwd, "workerd");
  const pid = join(cwd, "pid");
  writeFileSync(workerd, `#!/bin/sh\necho $$ >> "${pid}"\nkill -KILL $PPID\nexec sleep 60\n`);
  chmodSync(workerd, 0o755);
  const lives = (id: string) => {
    try {
      return process.kill(Number(id), 0);
    } catch {
      return false;
    }
  };
  const started = () => readFileSync(pid, "utf8").trim().split("\n");
  return { env: { MINIFLARE_WORKERD_PATH: workerd }, started, isAlive: () => started().some(lives) };
}

describe.skipIf(process.platform === "win32")("a wrangler killed by the system", () => {
  it.each([
    ["by a signal", 'process.kill(process.pid, "SIGKILL");'],
    ["behind a shell, which makes an exit code of it", "process.exit(137);"],
  ])("%s is reported as killed, with nothing changed", async (_, script) => {
    const { cwd, file, before } = await old();
    standIn(cwd, script);
    const { code, json, stderr, starts } = await runJson(flags, { cwd });
    expect([code, json.error?.code, json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
    expect(json.error?.message).toBe("The system killed wrangler (SIGKILL), usually because memory ran out.");
    expect(json.error?.advice).toContain("allow the container more memory");
    expect(stderr).toContain("Nothing was changed.");
    // This wrangler has no engine to load, so it is run itself.
    expect(starts.map(([what]) => what)).toEqual(["engine", "d1"]);
    expect(dump(file)).toEqual(before);
  });

  it("while it starts workerd is reported as killed, and every workerd is terminated too", async () => {
    const { cwd, file, before } = await old();
    const { env, started, isAlive } = deadlyEngine(cwd);
    const { code, json, stderr } = await runJson(flags, { cwd, env });
    expect([code, json.error?.code, json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
    expect(json.error?.message).toBe("The system killed wrangler (SIGKILL), usually because memory ran out.");
    expect(stderr).toContain("Nothing was changed.");
    // One by our engine, and one by wrangler as the fallback.
    expect(started()).toHaveLength(2);
    await eventually(() => !isAlive());
    expect(dump(file)).toEqual(before);
  });
});
