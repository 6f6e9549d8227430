import { readFileSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, type TestContext } from "vitest";
import { plainEnvironment, runJson } from "../support/cli.js";
import { contentOf, expectUpgraded } from "../support/compare-databases.js";
import { eraSchemas, seedRows } from "../support/eras.js";
import { stateOf } from "../support/faults.js";
import { disposableProjects } from "../support/folders.js";
import { fileOf } from "../support/local.js";
import { productionId, stockConfigs } from "../support/project.js";
import { loopback, type RemoteProject, ways } from "../support/remote.js";
import { allObjects } from "../support/states.js";
import { titled } from "../support/titles.js";
import { installed, NotAvailable, newest, nodeOf } from "./installed.js";
import { managers, type Started } from "./managers.js";
import { afterProof, publish } from "./page.js";

const project = disposableProjects();
const { makeFor } = loopback();
const ownMajor = Number(process.versions.node.split(".")[0]);

/** PROOF_NODES=this skips everything that needs a Node other than the running one. */
const thisNodeOnly = process.env.PROOF_NODES === "this";
const pairs = [
  ...["3.114.17", "4.48.0", "4.86.0"].map((wrangler) => ({ node: 20, wrangler })),
  ...[22, 24, 26].map((node) => ({ node, wrangler: "newest" })),
].filter(({ node }) => !thisNodeOnly || node === ownMajor);

const rows: string[][] = [];
let passed = 0;

afterProof((proof) => {
  publish(
    proof,
    thisNodeOnly ? null : "versions",
    ["Node", "wrangler", "started by", "database", "way", "result"],
    rows,
  );
  // A machine that cannot install anything has proven nothing.
  expect(passed).toBeGreaterThan(0);
});

/** Runs and records one line of the table. */
async function line(cells: string[], context: TestContext, work: () => Promise<string>): Promise<void> {
  let result = "FAILED";
  try {
    result = await work();
    passed++;
  } catch (error) {
    // In CI a missing wrangler is a failure; otherwise it would go unnoticed. The newest package managers may need
    // a different Node.
    if (!(error instanceof NotAvailable) || (process.env.CI && cells[2] === "node")) throw error;
    result = `not available (${error.message})`;
    context.skip(result);
  } finally {
    rows.push([...cells, result]);
  }
}

/** Returns a Node with a wrangler; `node` is the path of its executable. */
async function tools(major: number, wanted: string) {
  const node = await nodeOf(major);
  const wrangler = wanted === "newest" ? await newest("wrangler") : wanted;
  const modules = await installed(`wrangler@${wrangler}`);
  const { stdout } = await execa(node, ["--version"]);
  return { node, modules, said: `Node ${stdout.slice(1)}, wrangler ${wrangler}` };
}

/** Gives a test project a different wrangler. */
function useModules(cwd: string, modules: string): void {
  unlinkSync(join(cwd, "node_modules"));
  symlinkSync(modules, join(cwd, "node_modules"), "junction");
}

/** Creates a local database with the project's own wrangler: no other may touch it. */
async function makeLocalWith(node: string, cwd: string): Promise<string> {
  await execa(
    node,
    [
      join(cwd, "node_modules", "wrangler", "bin", "wrangler.js"),
      ...["d1", "execute", "kv-manager-metadata", "--local", "--json"],
      `--command=${eraSchemas.oldest}${seedRows}`,
    ],
    { cwd, env: { ...plainEnvironment(), CI: "true", WRANGLER_SEND_METRICS: "false" }, extendEnv: false },
  );
  return fileOf(cwd, productionId);
}

describe.each(pairs)("Node $node, wrangler $wrangler", ({ node: major, wrangler }) => {
  it("local", async (context) => {
    await line([`${major}`, wrangler, "node", "local", "its engine"], context, async () => {
      const { node, modules, said } = await tools(major, wrangler);
      const cwd = project(stockConfigs);
      useModules(cwd, modules);
      const file = await makeLocalWith(node, cwd);
      const before = contentOf(file);
      const args = ["--local", "-b", "kv-manager-metadata", "--yes"];
      const first = await runJson(args, { cwd, node });
      expect([first.code, first.json.outcome, first.json.error]).toEqual([0, "upgraded", null]);
      expect(first.starts).toEqual([["engine"]]);
      expect(first.json.checks.map((check) => check.ok)).toEqual(Array(6).fill(true));
      const after = contentOf(file);
      expectUpgraded(after, before, allObjects);
      const again = await runJson(args, { cwd, node });
      expect([again.code, again.json.outcome, again.starts]).toEqual([0, "up-to-date", [["engine"]]]);
      expect(contentOf(file)).toEqual(after);
      return `passed (${said})`;
    });
  });

  for (const way of ways)
    it(`remote, with a ${way}`, async (context) => {
      const by = way === "token" ? "the API" : "wrangler";
      await line([`${major}`, wrangler, "node", "remote (loopback)", by], context, async () => {
        const { node, modules, said } = await tools(major, wrangler);
        const database = await makeFor(way, "oldest");
        useModules(database.cwd, modules);
        const before = await database.dump();
        const first = await upgradeRemote(database, node);
        expect([first.code, first.json.outcome, first.json.error]).toEqual([0, "upgraded", null]);
        const commands = way === "token" ? [] : ["execute", "time-travel", "execute"];
        expect(first.starts.map((args) => args[1])).toEqual(commands);
        expect(first.json.restorePoint?.bookmark).toMatch(/^[0-9a-f-]{20,}$/);
        expect(first.json.checks.map((check) => check.ok)).toEqual(Array(6).fill(true));
        const after = await database.dump();
        expect(after.rows.bulk_jobs).toEqual(
          before.rows.bulk_jobs?.map((row) => ({ ...row, current_key: null, percentage: 0, metadata: null })),
        );
        expect(await stateOf(database, before)).toBe("complete");
        const again = await upgradeRemote(database, node);
        expect([again.code, again.json.outcome]).toEqual([0, "up-to-date"]);
        expect(database.writes()).toBe(1);
        return `passed (${said})`;
      });
    });
});

function upgradeRemote({ cwd, env }: RemoteProject, node: string) {
  return runJson(["--remote", "--yes"], { cwd, env, node });
}

// The newest wrangler's Node requirement is known before it is started.
it.runIf(ownMajor === 20)("the newest wrangler on Node 20 is refused with NODE_TOO_OLD", async (context) => {
  await line(["20", "newest", "node", "none: it says what is needed", "none"], context, async () => {
    const { node, modules, said } = await tools(20, "newest");
    const cwd = project(stockConfigs);
    useModules(cwd, modules);
    const env = { CLOUDFLARE_API_TOKEN: undefined };
    const { code, json, starts } = await runJson(["--remote", "-b", "kv-manager-metadata"], {
      cwd,
      node,
      env,
    });
    expect([code, json.error?.code, starts]).toEqual([1, "NODE_TOO_OLD", []]);
    return `passed (${said})`;
  });
});

describe.each(titled(managers, ({ name }) => name))("installed by %s", (_, manager) => {
  it("starts and upgrades with the wrangler that it installed", async (context) => {
    await line([`${ownMajor}`, "4.86.0", manager.starter, "local", "its engine"], context, async () => {
      const cwd = project(stockConfigs);
      unlinkSync(join(cwd, "node_modules"));
      const { version, start } = await manager.install(cwd, ["wrangler@4.86.0"]);
      const own = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
      expect((await start(["--version"])).stdout.trim()).toBe(own.version);
      const file = await makeLocalWith(process.execPath, cwd);
      const before = contentOf(file);
      const args = ["--local", "-b", "kv-manager-metadata", "--yes", "--json"];
      const first = await start(args);
      expect([first.code, outcomeOf(first)]).toEqual([0, "upgraded"]);
      expectUpgraded(contentOf(file), before, allObjects);
      const again = await start(args);
      expect([again.code, outcomeOf(again)]).toEqual([0, "up-to-date"]);
      return `passed (${manager.name} ${version})`;
    });
  });
});

/** Reads the outcome; some managers print their own lines before the document. */
function outcomeOf({ stdout, stderr }: Started): unknown {
  const text = stdout.slice(stdout.indexOf("{"));
  if (text === "") throw new Error(stderr);
  return (JSON.parse(text) as { outcome: unknown }).outcome;
}
