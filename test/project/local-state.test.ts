import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasUnknownFiles, localDatabaseFile } from "../../src/project/local-state.js";
import { runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";

const project = disposableProjects();

describe("the files of a local state", () => {
  const cwd = project();
  const configPath = join(cwd, "wrangler.toml");
  const files = (...paths: string[]) => {
    for (const path of paths) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "content");
    }
    return join(cwd, basename(paths[0] ?? ""));
  };
  const state = (name: string) => join(cwd, name);
  const known = (name: string) => localDatabaseFile(configPath, state(name), "an-id");

  it.each<[string, boolean, (name: string) => string[]]>([
    ["no folder", false, () => []],
    ["Miniflare's own file", false, (name) => [join(dirname(known(name)), "metadata.sqlite")]],
    ["another database under a name as we make it", false, (name) => [known(name), `${known(name)}-wal`]],
    ["a name that is no hash", true, (name) => [join(dirname(known(name)), "an-id.sqlite")]],
    ["a hash of another kind", true, (name) => [join(dirname(known(name)), `${"0a".repeat(32)}.sqlite`)]],
    [
      "a folder of another object",
      true,
      (name) => [join(dirname(dirname(known(name))), "other", basename(known(name)))],
    ],
  ])("%s: unknown files %s", (name, expected, make) => {
    files(...make(name));
    expect(hasUnknownFiles(state(name))).toBe(expected);
  });

  it("with an unknown name do not make a database empty: the engine is started to read it", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "oldest");
    const flags = ["status", "--local", "-b", "kv-manager-metadata-dev"];
    expect((await runJson(flags, { cwd })).json.outcome).toBe("pending");
    // As a later Miniflare might name it.
    renameSync(file, join(dirname(file), "dev.sqlite"));
    expect((await runJson(flags, { cwd })).starts).toHaveLength(1);
  });
});
