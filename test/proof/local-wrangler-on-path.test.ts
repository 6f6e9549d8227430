import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { packageFolder, productionId } from "../support/project.js";

const project = disposableProjects();
const real = join(packageFolder, "node_modules", "wrangler");
const flags = ["--local", "-b", "kv-manager-metadata"];

/** A project without its own wrangler, and a folder of commands that comes first on its PATH. */
async function bare() {
  const cwd = project();
  const file = await makeLocal(cwd, productionId, "oldest");
  rmSync(join(cwd, "node_modules"));
  const bin = join(cwd, "bin");
  mkdirSync(bin);
  const env = { PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":") };
  return { cwd, file, bin, env };
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** The program behind a version manager's shims: the name tells it what to start, and from where. */
const manager = `root="${real}"\ncase "$1" in exec) shift ;; *) set -- "\${0##*/}" "$@" ;; esac\ntest "$1" = wrangler || exit 126\nshift\nexec node "$root/bin/$(echo wrangler.js)" "$@"`;

/** Adds a command `wrangler` to a folder that runs the real one without naming it. */
const shims: [string, string[], (bin: string) => void][] = [
  [
    "a shim of asdf's kind, a script that names only its manager",
    ["--yes"],
    (bin) => {
      script(join(bin, "manager"), manager);
      script(join(bin, "wrangler"), `exec "${join(bin, "manager")}" exec "wrangler" "$@"`);
    },
  ],
  [
    "a shim of Volta's kind, a link to one program for all commands",
    [],
    (bin) => {
      script(join(bin, "manager"), manager);
      symlinkSync(join(bin, "manager"), join(bin, "wrangler"));
    },
  ],
  [
    "a wrapper of Nix' kind, a program with the path in it",
    ["--yes"],
    (bin) => {
      const script = join(real, "bin", "wrangler.js");
      const source = `#include <unistd.h>
        int main(int count, char **given) {
          char *all[count + 2];
          all[0] = "node";
          all[1] = "${script}";
          for (int i = 1; i <= count; i++) all[i + 1] = given[i];
          execv("${process.execPath}", all);
          return 127;
        }`;
      execFileSync("cc", ["-x", "c", "-o", join(bin, "wrangler"), "-"], { input: source });
    },
  ],
];

function hasCompiler(): boolean {
  return spawnSync("cc", ["--version"]).status === 0;
}

describe.skipIf(process.platform === "win32")("a wrangler on PATH that npm did not install", () => {
  const here = hasCompiler() ? shims : shims.slice(0, 2);

  it.each(here)("is used as is: %s", async (_, consent, put) => {
    const { cwd, file, bin, env } = await bare();
    put(bin);
    const { code, stdout, starts } = await run([...flags, ...consent], { cwd, env });
    const writes = consent.length > 0;
    expect(code).toBe(writes ? 0 : 3);
    expect(starts.map(([first]) => first)).toEqual(["--version", "d1", ...(writes ? ["d1"] : [])]);
    expect(dump(file).schema.some(({ name }) => name === "job_audit_events")).toBe(writes);
    // The undo command names the same wrangler.
    if (writes) expect(stdout).toMatch(/^ +wrangler d1 execute kv-manager-metadata --local /m);
  });

  it.each([
    [
      "echo 'No version is set for command wrangler' >&2; exit 126",
      "WRANGLER_NOT_FOUND",
      "No version is set",
    ],
    ["echo 'wrangler 1.21.0'", "WRANGLER_TOO_OLD", "is 1.21.0; this program needs 3.114"],
  ])("is reported when it cannot be used: %s", async (text, expected, says) => {
    const { cwd, file, bin, env } = await bare();
    const before = dump(file);
    script(join(bin, "wrangler"), text);
    const { code, json, stderr } = await runJson([...flags, "--yes"], { cwd, env });
    expect([code, json.error?.code, json.applied]).toEqual([1, expected, false]);
    expect(json.error?.message).toContain(says);
    expect(`${json.error?.message}`).not.toContain("not installed");
    expect(json.error?.advice).toContain("npm install --save-dev wrangler@");
    expect(stderr).toContain("Nothing was changed.");
    expect(dump(file)).toEqual(before);
  });
});
