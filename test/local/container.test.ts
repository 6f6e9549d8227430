import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, ended, plainEnvironment, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { container, giveTo, ownersIn } from "../support/owners.js";
import { developmentId, productionId } from "../support/project.js";

const project = disposableProjects();
const isRoot = process.getuid?.() === 0;
const args = ["--local", "-b", "kv-manager-metadata-dev", "--yes", "--persist-to"];

describe("a folder mounted into a container", () => {
  it.runIf(isRoot)("keeps owner and mode when upgraded, and new files get the folder's owner", async () => {
    const cwd = project();
    const data = join(cwd, "my data");
    const file = await makeLocal(cwd, developmentId, "oldest", "", join(data, ".wrangler", "state"));
    chmodSync(file, 0o640);
    giveTo(container, data);
    const before = ownersIn(data).map(([path]) => path);
    const { code, json, stderr } = await runJson([...args, "my data"], { cwd });
    expect([code, json.outcome, json.target?.persistTo]).toEqual([0, "upgraded", "my data/.wrangler/state"]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const after = ownersIn(data);
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.filter(([, uid]) => uid !== container)).toEqual([]);
    const said = stderr.replaceAll("\n", " ");
    expect(said).toContain("stop it first (docker compose stop)");
    expect(said).toContain("docker exec -it CONTAINER npx kv-manager-upgrade@latest --local --config");
  });

  it.runIf(isRoot)("that is empty is set up, with every file owned by the folder's owner", async () => {
    const cwd = project();
    const data = join(cwd, "data");
    mkdirSync(data);
    chownSync(data, container, container);
    const { code, json, stderr } = await runJson(["setup", ...args, "data"], { cwd });
    expect([code, json.outcome]).toEqual([0, "set-up"]);
    expect(stderr).toContain(
      "docker exec -it CONTAINER npx kv-manager-upgrade@latest setup --local --config",
    );
    const all = ownersIn(data);
    expect(all.length).toBeGreaterThan(3);
    expect(all.filter(([, uid]) => uid !== container)).toEqual([]);
  });

  it("that holds only an unrelated database is refused by setup and status, and gets no second one", async () => {
    const cwd = project();
    const state = join(cwd, "state");
    const file = await makeLocal(cwd, "an-id-of-the-container", "oldest", "", state);
    const before = [dump(file), readdirSync(cwd, { recursive: true }).length];
    for (const command of [
      ["setup", ...args],
      ["status", ...args.filter((a) => a !== "--yes")],
    ]) {
      const { code, json, starts } = await runJson([...command, "state"], { cwd });
      expect([code, json.error?.code, starts]).toEqual([1, "DATABASE_NOT_FOUND", []]);
      expect(json.error?.message).toContain("has 1 D1 database, and it is not the one that is bound");
      expect(json.error?.advice).toContain("--config");
    }
    expect([dump(file), readdirSync(cwd, { recursive: true }).length]).toEqual(before);
  });

  it("that holds only another database of the project is EMPTY_DATABASE, with a hint at that database", async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, "oldest", "", join(cwd, "state"));
    const { code, json, stderr, starts } = await runJson([...args, "state"], { cwd });
    expect([code, json.error?.code, starts]).toEqual([3, "EMPTY_DATABASE", []]);
    expect(stderr).toContain(
      "If you meant one of these, name it with --binding:\n  kv-manager-metadata (binding METADATA in wrangler.toml)",
    );
  });

  it.runIf(isRoot)("that the user may not read fails with READ_ONLY, not as empty", async () => {
    const cwd = project();
    const data = join(cwd, "data");
    mkdirSync(data, { mode: 0o700 });
    for (const folder of [cwd, join(cwd, "..")]) chmodSync(folder, 0o755);
    const nobody = 65534;
    const env = { ...plainEnvironment(), HOME: join(cwd, "nowhere") };
    const child = spawn(process.execPath, [cli, "status", "--local", "--persist-to", "data", "--json"], {
      cwd,
      uid: nobody,
      gid: nobody,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { code, stdout } = await ended(child);
    expect([code, JSON.parse(stdout).error.code]).toEqual([1, "READ_ONLY"]);
  });
});
