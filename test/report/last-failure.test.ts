import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseRequest } from "../../src/command-line/request.js";
import { Problem } from "../../src/lib/problem.js";
import { makeFailureRecorder } from "../../src/report/last-failure.js";
import { lastFailureFile, readLastFailure } from "../../src/report/last-failure-file.js";
import type { Outcome, Result } from "../../src/run/result.js";
import type { Output } from "../../src/screen/output.js";
import { connectionTo } from "../support/connections.js";
import { failureSaying } from "../support/failures.js";
import { resultWith } from "../support/results.js";
import { planted } from "../support/secrets.js";

let home = "";
let env: NodeJS.ProcessEnv = {};
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "kv-state-"));
  env = { ...planted, XDG_STATE_HOME: home };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const id = "0a1b2c3d-1111-4222-8333-444455556666";
const notes: string[] = [];
const output = { note: (text: string) => notes.push(text) } as unknown as Output;

/** Reports the end of a run as the program does; `line` is its command line. */
function remember(line: string, more: Partial<Result>, from = "/"): void {
  const argv = line.split(" ").filter(Boolean);
  const result = resultWith({ connection: connectionTo("remote"), ...more });
  makeFailureRecorder(
    argv,
    { name: "kv-manager-upgrade", version: "1.0.0" },
    env,
    output,
  )(parseRequest(argv, from, "2026-01-01"), result);
}
const fail = (line = "--remote --yes", text = "fetch failed") =>
  remember(line, { problem: failureSaying(text) });
const end = (line: string, outcome: Outcome) => remember(line, { outcome });

it("a failure is recorded redacted, truncated and readable by its user only, without leftover files", () => {
  const secrets = `Bearer abcdefgh12 ${planted.CLOUDFLARE_API_TOKEN} ${planted.CLOUDFLARE_EMAIL} ${id}`;
  fail(
    `--remote --yes --cwd / -b ${planted.CLOUDFLARE_API_TOKEN}`,
    `fetch failed ${secrets} ${"x".repeat(90_000)}`,
  );
  const file = lastFailureFile(env, "/");
  const text = readFileSync(file, "utf8");
  for (const secret of [...Object.values(planted), id, "abcdefgh12"]) expect(text).not.toContain(secret);
  expect(text.length).toBeLessThan(20_000);
  expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readLastFailure(env, "/")).toMatchObject({
    ...{ code: "NETWORK", applied: false, solvedAt: null, node: process.versions.node, tool: "1.0.0" },
    command: "kv-manager-upgrade --remote --yes --cwd / -b [hidden]",
    target: { location: "remote", binding: "METADATA", env: null },
  });
  expect(readLastFailure(env, "/")?.said).toContain("fetch failed");
});

it("a failure of a database found by its name has no binding and no config", () => {
  const connection = connectionTo("remote", { unbound: true, config: "", binding: "kv" });
  remember("--remote -b kv", { connection, problem: failureSaying("fetch failed") });
  expect(readLastFailure(env, "/")?.target).toMatchObject({ binding: null, config: null });
});

it.each<[string, string, Outcome]>([
  ["--remote --yes", "--remote --yes", "upgraded"],
  ["--remote --yes", "setup --remote --yes", "set-up"],
  ["--remote --yes", "status --remote", "up-to-date"],
  ["status --remote", "status --remote", "pending"],
])("a failure of %j is resolved by %j that ends %s", (failing, later, outcome) => {
  fail(failing);
  end(later, outcome);
  expect(readLastFailure(env, "/")?.solvedAt).toEqual(expect.any(String));
});

it.each<[string, string, Outcome]>([
  ["--remote --yes", "status --remote", "pending"],
  ["--remote --yes", "--remote", "cancelled"],
])("a failure of %j is not resolved by %j that ends %s", (failing, later, outcome) => {
  fail(failing);
  end(later, outcome);
  expect(readLastFailure(env, "/")?.solvedAt).toBeNull();
});

it("success with another database does not resolve a failure", () => {
  fail();
  remember("--local --yes", { outcome: "upgraded", connection: connectionTo("local") });
  expect(readLastFailure(env, "/")?.solvedAt).toBeNull();
});

it("a failure before a database was chosen is resolved by success in the same folder", () => {
  remember("--local", { connection: null, problem: new Problem("CONFIG_NOT_FOUND", "None.", "Make one.") });
  remember("--local --yes", { outcome: "upgraded" }, tmpdir());
  expect(readLastFailure(env, "/")?.solvedAt).toBeNull();
  end("--local --yes", "upgraded");
  expect(readLastFailure(env, "/")?.solvedAt).not.toBeNull();
});

it.each<[string, string, Partial<Result>]>([
  ["a slip on the command line", "--local", { problem: new Problem("USAGE", "What.", "Do.") }],
  ["a saved schema", "status --snapshot a", { problem: new Problem("CONFLICT", "What.", "Do.") }],
  ["a success", "--local", { outcome: "upgraded" }],
  ["leaving", "--local", { outcome: "cancelled" }],
])("%s is not recorded", (_, line, result) => {
  remember(line, result);
  expect([readLastFailure(env, "/"), readdirSync(home)]).toEqual([null, []]);
});

it("an unwritable state folder does not stop the run and is mentioned only with --debug", () => {
  writeFileSync(join(home, "kv-manager-upgrade"), "a file in the folder's place");
  notes.length = 0;
  fail();
  expect([notes, readLastFailure(env, "/")]).toEqual([[], null]);
  fail("--remote --yes --debug");
  expect(notes.join()).toContain("not kept for a report");
});

it.runIf(process.platform === "linux")("a state folder in /proc does not block the run", () => {
  env = { XDG_STATE_HOME: "/proc/nowhere" };
  fail();
  expect(readLastFailure(env, "/")).toBeNull();
});

it.each(["", "{", "[]", "null", '{"version":1}', `{"version":2,"at":"x"}`, "x".repeat(200_000)])(
  "an unreadable record (%#) counts as no failure and is replaced",
  (text) => {
    const file = lastFailureFile(env, "/");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    expect(readLastFailure(env, "/")).toBeNull();
    end("--remote --yes", "upgraded");
    fail();
    expect(readLastFailure(env, "/")?.code).toBe("NETWORK");
  },
);

it("a relative XDG_STATE_HOME is ignored", () => {
  expect(lastFailureFile({ XDG_STATE_HOME: "here" }, "/")).not.toContain("here");
});

it("a failure belongs to its project, from whatever folder of the project it is read", () => {
  const [one, other] = [join(home, "one"), join(home, "other")];
  for (const folder of [join(one, "worker"), other]) mkdirSync(folder, { recursive: true });
  for (const folder of [one, other]) writeFileSync(join(folder, "wrangler.toml"), 'name = "kv"\n');
  const problem = failureSaying("fetch failed");
  remember("--remote --yes", { problem }, join(one, "worker"));
  expect(readLastFailure(env, one)?.code).toBe("NETWORK");
  expect(readLastFailure(env, other)).toBeNull();
  remember("--remote --yes", { problem: failureSaying("SQLITE_BUSY") }, other);
  expect([readLastFailure(env, one)?.code, readLastFailure(env, other)?.code]).toEqual(["NETWORK", "BUSY"]);
  remember("--remote --yes", { outcome: "upgraded" }, other);
  expect(readLastFailure(env, one)?.solvedAt).toBeNull();
});

it.skipIf(process.platform === "win32")("a link to a project is the same project", () => {
  mkdirSync(join(home, "kv"));
  symlinkSync(join(home, "kv"), join(home, "link"));
  expect(lastFailureFile(env, join(home, "link"))).toBe(lastFailureFile(env, join(home, "kv")));
});

it("failures are kept for the last 20 projects", () => {
  for (let n = 0; n < 23; n++) {
    mkdirSync(join(home, `p${n}`));
    remember("--remote", { problem: failureSaying("fetch failed") }, join(home, `p${n}`));
  }
  expect(readdirSync(dirname(lastFailureFile(env, "/")))).toHaveLength(20);
  expect(readLastFailure(env, join(home, "p22"))).not.toBeNull();
});
