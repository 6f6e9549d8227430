import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { restorePointOf } from "../../src/database/restore-point.js";
import type { Target } from "../../src/project/targets.js";
import { connectionTo } from "../support/connections.js";
import { disposableProjects } from "../support/folders.js";

const bookmark = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";
const restore = "npx wrangler d1 time-travel restore";
const project = disposableProjects();
beforeEach(() => vi.stubEnv("CLOUDFLARE_ENV", ""));
afterEach(() => vi.unstubAllEnvs());

// The config's path is relative to the user's folder, and is omitted only if wrangler would choose that config.
it.each<[string, string, Partial<Target>, string]>([
  ["wrangler's own choice", "", {}, `${restore} kv-manager-metadata`],
  [
    "another config",
    "",
    { configPath: "wrangler.dev.toml" },
    `${restore} kv-manager-metadata --config wrangler.dev.toml`,
  ],
  ["an environment", "", { env: "prod" }, `${restore} kv-manager-metadata --env=prod`],
  [
    "the user in another folder",
    "worker",
    { env: "eu" },
    `${restore} kv-manager-metadata --config ../wrangler.toml --env=eu`,
  ],
  ["a binding alone", "", { database: null, wranglerName: "METADATA" }, `${restore} METADATA`],
  [
    "names with spaces",
    "",
    { wranglerName: "my database", configPath: "my kv/wrangler.prod.toml" },
    `${restore} 'my database' --config 'my kv/wrangler.prod.toml'`,
  ],
])("the restore command is correct with %s", (_, startedIn, target, command) => {
  const cwd = project();
  const configPath = join(cwd, target.configPath ?? "wrangler.toml");
  const connection = connectionTo("remote", { ...target, configPath });
  expect(restorePointOf(connection, bookmark, join(cwd, startedIn))).toEqual({
    bookmark,
    command: `${command} --bookmark=${bookmark}`,
  });
});

it("the restore command starts the project's wrangler where npx would download another", () => {
  const cwd = project();
  const elsewhere = mkdtempSync(join(tmpdir(), "kv-elsewhere-"));
  const connection = connectionTo("remote", { configPath: join(cwd, "wrangler.toml") });
  const to = (...path: string[]) => relative(elsewhere, join(cwd, ...path));
  expect(restorePointOf(connection, bookmark, elsewhere).command).toBe(
    `node ${to("node_modules", "wrangler", "bin", "wrangler.js")} d1 time-travel restore kv-manager-metadata ` +
      `--config ${to("wrangler.toml")} --bookmark=${bookmark}`,
  );
});

it("the restore command names wrangler.toml if wrangler would choose a JSON config", () => {
  const cwd = project();
  writeFileSync(join(cwd, "wrangler.jsonc"), "{}");
  const connection = connectionTo("remote", { configPath: join(cwd, "wrangler.toml") });
  expect(restorePointOf(connection, bookmark, cwd).command).toContain("--config wrangler.toml");
});

it.each<[string, string, string | null, string]>([
  ["the top level", "prod", null, `${restore} kv-manager-metadata --env= --bookmark=${bookmark}`],
  ["an environment", "prod", "eu", `${restore} kv-manager-metadata --env=eu --bookmark=${bookmark}`],
  ["the top level", "", null, `${restore} kv-manager-metadata --bookmark=${bookmark}`],
])("the restore command selects %s with CLOUDFLARE_ENV=%s", (_, variable, env, command) => {
  vi.stubEnv("CLOUDFLARE_ENV", variable);
  const cwd = project();
  const connection = connectionTo("remote", { env, configPath: join(cwd, "wrangler.toml") });
  expect(restorePointOf(connection, bookmark, cwd).command).toBe(command);
});

it("the restore command escapes a name that contains quotes", () => {
  const cwd = project();
  const connection = connectionTo("remote", {
    ...{ configPath: join(cwd, "wrangler.toml"), wranglerName: "Jo's $(x) `y`" },
  });
  expect(restorePointOf(connection, bookmark, cwd).command).toBe(
    `${restore} 'Jo'\\''s $(x) \`y\`' --bookmark=${bookmark}`,
  );
});
