import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";

const project = disposableProjects();
const flags = ["--local", "-b", "kv-manager-metadata-dev", "--yes"];

// What Miniflare writes to it is taken, or that fails before what it says is read.
const reads = "cat >/dev/null";
/** What the system or the linker says in workerd's place, and how it ends. */
const ends: [string, string, string, string][] = [
  [
    "on an old system",
    `${reads}; echo "$0: /lib/libc.so.6: version 'GLIBC_2.35' not found (required by $0)" >&2; exit 1`,
    "UNEXPECTED_OUTPUT",
    "newer C library",
  ],
  [
    "on an old processor",
    `${reads}; echo "Illegal instruction" >&2; kill -ILL $$`,
    "UNEXPECTED_OUTPUT",
    "processor",
  ],
  ["for a reason of its own", `${reads}; exit 1`, "UNEXPECTED_OUTPUT", "did not start"],
  ["before it takes anything", "exit 1", "UNEXPECTED_OUTPUT", "did not start"],
];

// A script that is started like a program is POSIX' alone.
describe.skipIf(process.platform === "win32")("an engine that does not start", () => {
  it.each(ends)("%s is told by its cause, and nothing is changed", async (_, script, code, word) => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const workerd = join(cwd, "workerd");
    writeFileSync(workerd, `#!/bin/sh\n${script}\n`);
    chmodSync(workerd, 0o755);
    // wrangler's own Miniflare starts this one instead.
    const env = { MINIFLARE_WORKERD_PATH: workerd };
    const run = await runJson(flags, { cwd, env });
    expect([run.code, run.json.error?.code, run.json.applied]).toEqual([1, code, false]);
    expect(run.json.error?.message).toContain(word);
    expect(run.stderr).toContain("Nothing was changed.");
    // wrangler is asked in its place, and says the same.
    expect(run.starts.map(([what]) => what)).toEqual(["engine", "d1"]);
    expect(dump(file)).toEqual(before);
  });
});
