import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { secretsOf } from "../../src/project/secret-files.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kv-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const found = (more: { cwd?: string; config?: string } = {}) =>
  secretsOf({}, { cwd: folder, config: null, ...more });

it.each([".env", ".env.local", ".env.production"])("reads the secrets of %s by their names", (name) => {
  write(
    name,
    [
      "# CLOUDFLARE_API_TOKEN=commented-out-1",
      "CLOUDFLARE_API_TOKEN=plain-token-1 # a comment",
      'export MY_PASS = "in quotes 2"',
      "SESSION_SECRET='single # 3'",
      "DEPLOY_TOKEN: colon-token-4",
      'PRIVATE_KEY="line-one-5\nline-two-6"',
      "LOG_LEVEL=not-a-secret-7",
      "EMPTY_TOKEN=",
      "SHORT_TOKEN=abc",
    ].join("\r\n"),
  );
  expect(found()).toEqual([
    ...["plain-token-1", "in quotes 2", "single # 3", "colon-token-4", "line-one-5", "line-two-6"],
  ]);
});

it.each([".dev.vars", ".dev.vars.staging"])("treats every value of %s as a secret, except names", (name) => {
  write(
    name,
    "TEAM_DOMAIN=https://team.example\nPOLICY=abc-12345\nMODE=development\nDB=kv-manager-metadata\n",
  );
  expect(found()).toEqual(["https://team.example", "abc-12345"]);
});

it("reads the vars of every config and environment whose names mark a secret", () => {
  write("wrangler.toml", 'name = "kv"\n[vars]\nAPI_KEY = "toml-key-1"\nNAME = "not-secret-1"\n');
  write(
    "wrangler.dev.jsonc",
    '{ "name": "a-token-name", // x\n"env": { "b": { "vars": { "AUTH": { "x": ["json-key-2"] }, "N": 1, } } } }',
  );
  expect(found()).toEqual(["json-key-2", "toml-key-1"]);
});

it("searches the current folder and the folder of the config, given or found upward", () => {
  const below = join(folder, "worker");
  mkdirSync(below);
  write("wrangler.toml", "");
  write(".dev.vars", "A=above-value-1");
  write("worker/.env", "A_TOKEN=below-value-2");
  expect(found({ cwd: below })).toEqual(["below-value-2", "above-value-1"]);
  expect(found({ cwd: below, config: "../wrangler.toml" })).toEqual(["below-value-2", "above-value-1"]);
  rmSync(join(folder, "wrangler.toml"));
  expect(found({ cwd: below })).toEqual(["below-value-2"]);
});

it("ignores files that cannot be read, without an error", () => {
  mkdirSync(join(folder, ".env"));
  write("wrangler.toml", '[vars\nAPI_KEY = "toml-key-1"');
  write("wrangler.json", "");
  write(".dev.vars", "x".repeat(2 * 1024 * 1024));
  // Reading a FIFO would block until something is written to it.
  if (process.platform !== "win32") execFileSync("mkfifo", [join(folder, ".env.local")]);
  expect(found()).toEqual([]);
  expect(found({ cwd: join(folder, "nowhere") })).toEqual([]);
  expect(found({ config: "nowhere/wrangler.toml" })).toEqual([]);
});

it("includes the secrets of the environment", () => {
  expect(
    secretsOf({ MY_TOKEN: "environment-1", PATH: "/usr/bin/x-12345" }, { cwd: folder, config: null }),
  ).toEqual(["environment-1"]);
});
