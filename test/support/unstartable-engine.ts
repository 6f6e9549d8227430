import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runJson } from "./cli.js";
import { dump, makeLocal } from "./local.js";
import { developmentId } from "./project.js";

// Reads Miniflare's input; otherwise that write fails before the script's output is read.
const reads = "cat >/dev/null";

/** What the system or linker prints in place of workerd and how it exits, with a word that the reported cause has. */
export const unstartable = {
  "on a musl system": [
    `${reads}; echo "Error relocating $0: __res_init: symbol not found" >&2; exit 127`,
    "Alpine",
  ],
  "on an old system": [
    `${reads}; echo "$0: /lib/libc.so.6: version 'GLIBC_2.35' not found (required by $0)" >&2; exit 1`,
    "newer C library",
  ],
  "on an old processor": [`${reads}; echo "Illegal instruction" >&2; kill -ILL $$`, "processor"],
  "for an unknown reason": [`${reads}; exit 1`, "did not start"],
  "before it takes anything": ["exit 1", "did not start"],
} as const;

/**
 * Upgrades with a script in place of workerd: the cause is reported, and nothing is changed.
 * @param cwd a project that no other test uses
 */
export async function toldByItsCause(cwd: string, where: keyof typeof unstartable): Promise<void> {
  const [script, word] = unstartable[where];
  const file = await makeLocal(cwd, developmentId, "oldest");
  const before = dump(file);
  const workerd = join(cwd, "workerd");
  writeFileSync(workerd, `#!/bin/sh\n${script}\n`);
  chmodSync(workerd, 0o755);
  // wrangler's Miniflare starts this one instead.
  const env = { MINIFLARE_WORKERD_PATH: workerd };
  const run = await runJson(["--local", "-b", "kv-manager-metadata-dev", "--yes"], { cwd, env });
  expect([run.code, run.json.error?.code, run.json.applied]).toEqual([1, "UNEXPECTED_OUTPUT", false]);
  expect(run.json.error?.message).toContain(word);
  expect(run.stderr).toContain("Nothing was changed.");
  // wrangler is used as the fallback, and fails the same way.
  expect(run.starts.map(([what]) => what)).toEqual(["engine", "d1"]);
  expect(dump(file)).toEqual(before);
}
