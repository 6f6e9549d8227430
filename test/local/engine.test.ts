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
/** What the linker says in workerd's place, and how it ends. Others are in the longer `npm run proof:remote`. */
const ends: [string, string, string, string][] = [
  [
    "on a musl system",
    `${reads}; echo "Error relocating $0: __res_init: symbol not found" >&2; exit 127`,
    "UNEXPECTED_OUTPUT",
    "Alpine",
  ],
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

  it("since its file is not there is told so", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const env = { MINIFLARE_WORKERD_PATH: join(cwd, "no-workerd") };
    const { code, json } = await runJson(["status", ...flags.slice(0, -1)], { cwd, env });
    expect([code, json.error?.code]).toEqual([1, "UNEXPECTED_OUTPUT"]);
    expect(json.error?.message).toContain("its file is not there");
  });
});
