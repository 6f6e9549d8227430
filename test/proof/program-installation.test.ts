import { cpSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Document, run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { packageFolder } from "../support/project.js";

const project = disposableProjects();

/** Installs a copy of the package in a folder of a project. */
function install(inProject: string, files: Record<string, string> = {}) {
  const cwd = project(files, "kv (1) ");
  rmSync(join(cwd, "node_modules"));
  const folder = join(cwd, inProject);
  mkdirSync(folder, { recursive: true });
  for (const part of ["dist", "sql", "package.json"])
    cpSync(join(packageFolder, part), join(folder, part), { recursive: true });
  return {
    cwd,
    folder,
    start: (...args: string[]) => run(args, { cwd, script: join(folder, "dist", "cli.cjs") }),
  };
}

const own = "node_modules/kv-manager-upgrade";
const predict = ["status", "--deployed", "2025-11-09"];

describe("a damaged installation", () => {
  const chunks = readdirSync(join(packageFolder, "dist")).filter((file) => /\.(cjs|json)$/.test(file));
  const others = ["package.json", "sql/base.sql", "sql/migrations/003_job_metadata.sql"];

  it.each([...chunks.filter((file) => file !== "cli.cjs").map((file) => `dist/${file}`), ...others])(
    "without %s is reported in one sentence with the command to reinstall it",
    async (file) => {
      const { cwd, folder, start } = install(own, { "package-lock.json": "{}" });
      rmSync(join(folder, file));
      const { code, stdout, stderr } = await start(...predict);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toBe(
        [
          `The installation of kv-manager-upgrade is damaged: ${file} is missing or incomplete.`,
          "Nothing was changed. Install it again, then run this again:",
          `  npm ci --prefix "${cwd}"`,
          "",
        ].join("\n"),
      );
    },
  );

  it.each([["dist/main.cjs"], ["dist/summary.cjs"]])("names a truncated or empty %s", async (file) => {
    for (const bytes of [0, 500]) {
      const { folder, start } = install(own);
      truncateSync(join(folder, file), bytes);
      const { code, stderr } = await start(...predict);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(`damaged: ${file} is missing or incomplete.`),
      ]);
    }
  });

  it("with a complete file that cannot be loaded says why", async () => {
    const { folder, start } = install(own, { "package-lock.json": "{}" });
    const file = join(folder, "dist", "main.cjs");
    writeFileSync(file, "}".padEnd(statSync(file).size));
    const { code, stderr } = await start(...predict);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^kv-manager-upgrade cannot be started: Unexpected token '}'\.\nNothing was changed\./,
    );
    expect(stderr).toContain("npm ci --prefix");
  });

  it("without several files names the first and counts the others", async () => {
    const { folder, start } = install(own);
    rmSync(join(folder, "sql"), { recursive: true });
    rmSync(join(folder, "dist", "main.cjs"));
    const { stderr } = await start("--help");
    expect(stderr).toContain("damaged: dist/main.cjs and 9 more are missing or incomplete.");
  });

  it("still answers --version", async () => {
    const { folder, start } = install(own);
    rmSync(join(folder, "dist", "main.cjs"));
    expect(await start("--version")).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    ["npm, or the cache of npx", own, "package-lock.json", 'npm ci --prefix "CWD"'],
    ["pnpm", `node_modules/.pnpm/x/${own}`, "pnpm-lock.yaml", 'pnpm --dir "CWD" install --force'],
    ["yarn", own, "yarn.lock", 'yarn --cwd "CWD" install --force'],
    ["bun", own, "bun.lock", 'bun install --force --cwd "CWD"'],
    ["npm, for all projects", own, "x", "npm install --global kv-manager-upgrade@"],
    [
      "an unknown manager",
      own,
      "package.json",
      "Delete the folder CWD/node_modules/kv-manager-upgrade, install it",
    ],
    ["git, as a checkout", "clone", "x", 'git -C "CWD/clone" restore sql/base.sql\n'],
  ])("names the reinstall command of what installed it: %s", async (_, place, beside, command) => {
    const { cwd, folder, start } = install(place, { [beside]: "{}" });
    rmSync(join(folder, "sql", "base.sql"));
    expect((await start(...predict)).stderr).toContain(command.replace("CWD", () => cwd));
  });

  it("is not reported for an additional migration, which is planned", async () => {
    const { folder, start } = install(own);
    const added = "-- More.\n-- version: 1.0.0\n\nALTER TABLE bulk_jobs ADD COLUMN more TEXT;\n";
    writeFileSync(join(folder, "sql", "migrations", "900_more.sql"), added);
    const { code, stdout } = await start(...predict, "--json");
    expect([code, (JSON.parse(stdout) as Document).migrations.at(-1)?.id]).toEqual([3, "900"]);
  });
});
