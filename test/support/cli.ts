import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFolder } from "./project.js";
import { expectNoSecrets, planted } from "./secrets.js";

/** How a run of the real program ended. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The arguments of every start of wrangler, and `["engine"]` for the engine, recorded from outside. */
  starts: string[][];
}

/** The JSON document as far as the tests read it. */
export interface Document {
  schemaVersion: number;
  tool: { name: string; version: string };
  outcome: string;
  target: Record<string, string | null> | null;
  kvManager: { version: string; from: string };
  deployed: { from: string | null; before: string | null } | null;
  migrations: { id: string; name: string; status: string; missing: string[] }[];
  statements: string[];
  applied: boolean | null;
  checks: {
    migration: string | null;
    object: string;
    expected: string;
    actual: string | null;
    ok: boolean;
  }[];
  restorePoint: { bookmark: string; command: string } | null;
  error: { code: string; message: string; advice: string } | null;
}

// Every Node process loads this first; wrangler and the engine each record a line with what they were started with.
// If wrangler is started by its launcher, only the launcher counts.
const counter = `
const script = process.argv[1] ?? "";
const isEngine = /dist[\\\\/]engine\\.cjs$/.test(script);
const isLauncher = /wrangler[\\\\/]bin[\\\\/]wrangler\\.js$/.test(script);
const isWrangler = /wrangler-dist[\\\\/]cli\\.js$/.test(script) && !process.env.STARTED_BY_LAUNCHER;
if (isLauncher) process.env.STARTED_BY_LAUNCHER = "1";
if (isEngine || isLauncher || isWrangler)
  require("node:fs").appendFileSync(
    process.env.COUNT_STARTS_IN, JSON.stringify(isEngine ? ["engine"] : process.argv.slice(2)) + "\\n");
`;

/** The program as published. */
export const cli = join(packageFolder, "dist", "cli.cjs");

/**
 * Runs the real program to its end, without a terminal.
 * @param args its arguments
 * @param options.cwd the working directory
 * @param options.env added to the environment; undefined removes a variable
 * @param options.node the path of a Node other than this one
 */
export async function run(
  args: string[],
  options: {
    cwd: string;
    env?: NodeJS.ProcessEnv;
    node?: string;
    script?: string;
    input?: string;
    allowedIds?: string[];
  },
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "kv-manager-run-"));
  try {
    const log = join(folder, "starts");
    writeFileSync(log, "");
    writeFileSync(join(folder, "counter.cjs"), counter);
    const child = spawn(options.node ?? process.execPath, [options.script ?? cli, ...args], {
      cwd: options.cwd,
      env: {
        ...plainEnvironment(),
        NODE_OPTIONS: `--require ${JSON.stringify(join(folder, "counter.cjs"))}`,
        COUNT_STARTS_IN: log,
        ...options.env,
      },
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    // A program that has read enough may exit before everything is written.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input);
    const { code, stdout, stderr } = await ended(child);
    expectNoSecrets(stdout + stderr, { ...process.env, ...options.env }, options.allowedIds);
    const starts = readFileSync(log, "utf8").trim().split("\n").filter(Boolean);
    return { code, stdout, stderr, starts: starts.map((line) => JSON.parse(line) as string[]) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the program with `--json` and parses its document, which must be all of stdout. */
export async function runJson(
  args: string[],
  options: Parameters<typeof run>[1],
): Promise<Run & { json: Document }> {
  const result = await run([...args, "--json"], options);
  return { ...result, json: JSON.parse(result.stdout) as Document };
}

/** The JSON document about several databases as far as the tests read it: an entry for each. */
export interface DocumentOfAll {
  schemaVersion: number;
  outcome: string;
  databases: Omit<Document, "schemaVersion" | "tool">[];
}

/** The same as `runJson` for a command with `--all`. */
export async function runJsonOfAll(
  args: string[],
  options: Parameters<typeof run>[1],
): Promise<Run & { json: DocumentOfAll }> {
  const { json, ...ended } = await runJson(args, options);
  return { ...ended, json: json as unknown as DocumentOfAll };
}

/** Returns the environment without settings of a developer or CI that would change results. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(CLOUDFLARE|CF|WRANGLER|NO_COLOR|FORCE_COLOR|CI$|npm_|VITEST|NODE_OPTIONS|COLUMNS)/.test(name),
  );
  // The program's and wrangler's state must not be read from, or written to, a developer's home folder.
  const state = join(tmpdir(), "kv-manager-state");
  return {
    ...Object.fromEntries(kept),
    ...planted,
    ...{ LANG: "C.UTF-8", XDG_STATE_HOME: state, XDG_CONFIG_HOME: state, LOCALAPPDATA: state, HISTFILE: "" },
  };
}

/**
 * Waits until a program has ended.
 * @param watch receives what it has written to stderr so far, whenever there is more
 */
export async function ended(
  child: ChildProcess,
  watch: (said: string) => void = () => {},
): Promise<Pick<Run, "code" | "stdout" | "stderr">> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    watch(stderr);
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}
