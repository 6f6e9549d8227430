import { spawn, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, type Document, ended, plainEnvironment } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, hasEvents, makeLocal } from "../support/local.js";
import { container, giveTo, ownersIn } from "../support/owners.js";
import { developmentId } from "../support/project.js";

const project = disposableProjects();
const without = (capabilities: string) => ["--bounding-set", capabilities, "--inh-caps", capabilities];
const canDrop = process.getuid?.() === 0 && spawnSync("setpriv", [...without("-chown"), "true"]).status === 0;

/** Runs the program on the folder `data` as root without some capabilities, as in a hardened container. */
async function runWithout(capabilities: string, cwd: string, ...args: string[]) {
  const flags = ["--local", "-b", "kv-manager-metadata-dev", "--persist-to", "data", "--json"];
  const command = [...without(capabilities), process.execPath, cli, ...args, ...flags];
  const child = spawn("setpriv", command, {
    cwd,
    env: plainEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, stdout, stderr } = await ended(child);
  return { code, stderr: stderr.replaceAll("\n", " "), json: JSON.parse(stdout) as Document };
}

// Only root has capabilities to drop.
describe.runIf(canDrop)("a mounted folder used by root", () => {
  async function mounted() {
    const cwd = project();
    const data = join(cwd, "data");
    const file = await makeLocal(cwd, developmentId, "oldest", "", data);
    giveTo(container, data);
    return { cwd, data, file };
  }

  it("without CAP_CHOWN is read and upgraded, with a note on files that could not be given back to its owner", async () => {
    const { cwd, data, file } = await mounted();
    const status = await runWithout("-chown", cwd, "status");
    expect([status.code, status.json.outcome, status.json.error]).toEqual([3, "pending", null]);
    const done = await runWithout("-chown", cwd, "--yes");
    expect([done.code, done.json.outcome, done.json.applied]).toEqual([0, "upgraded", true]);
    const lost = ownersIn(data).filter(([, uid]) => uid !== container);
    expect(lost.length).toBeGreaterThan(0);
    expect(status.stderr + done.stderr).toContain("could not be given back to the folder's owner");
    expect(status.stderr + done.stderr).toContain(`chown ${container}:${container} `);
    expect(status.stderr + done.stderr).not.toMatch(/\bat .*\.cjs|EPERM/);
    expect(hasEvents(file)).toBe(true);
  });

  it("without CAP_CHOWN and CAP_DAC_OVERRIDE fails with READ_ONLY and stays unchanged", async () => {
    const { cwd, data, file } = await mounted();
    chmodSync(data, 0o755);
    const before = dump(file);
    giveTo(container, data);
    const rights = "-chown,-dac_override,-dac_read_search,-fowner";
    for (const args of [["status"], ["--yes"]]) {
      const { code, json, stderr } = await runWithout(rights, cwd, ...args);
      expect([code, json.error?.code, json.applied]).toEqual([1, "READ_ONLY", false]);
      expect(stderr).not.toMatch(/\bat .*\.cjs/);
    }
    expect(dump(file)).toEqual(before);
  });

  it("without the capabilities to read it fails with READ_ONLY, not as empty", async () => {
    const { cwd, data } = await mounted();
    chmodSync(data, 0o700);
    const rights = "-chown,-dac_override,-dac_read_search,-fowner";
    for (const args of [["status"], ["--yes"]]) {
      const { code, json } = await runWithout(rights, cwd, ...args);
      expect([code, json.error?.code]).toEqual([1, "READ_ONLY"]);
    }
  });
});
