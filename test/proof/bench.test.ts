import { closeSync, copyFileSync, fsyncSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { cli, run, runJson } from "../support/cli.js";
import type { EraName } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { change, makeLocal } from "../support/local.js";
import { splitStatements } from "../support/loopback-d1.js";
import { packageFolder, productionId } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { states } from "../support/states.js";
import { newest, npm } from "./installed.js";
import { packedFile } from "./managers.js";
import { type Contestant, inTurn } from "./measure.js";
import { kilobytes, packInfo, treeOf } from "./package-size.js";
import { afterProof, publish } from "./page.js";

const project = disposableProjects();
const { make } = loopback();
const rounds = Math.max(7, Number(process.env.PROOF_ROUNDS ?? 9));
const database = "kv-manager-metadata";
const local = ["--local", "-b", database, "--yes"];
const wrangler = join(packageFolder, "node_modules", "wrangler", "bin", "wrangler.js");
const byHand = (...args: string[]) => ({ args: [wrangler, "d1", "execute", database, ...args], code: 0 });

/** The guide's one file: all that the fullest state has, without its row. */
const guidesFile = (states.at(-1)?.sql ?? "").replace(/^INSERT.*$/m, "");

const millionJobs = `INSERT INTO bulk_jobs (job_id, namespace_id, operation_type, status, total_keys, started_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
SELECT 'job-' || i, 'ns-' || (i % 12), 'bulk_copy', 'completed', i % 5000, '2025-11-01 10:00:00' FROM n;`;

const rows: string[][] = [];
afterProof((proof) => publish(proof, "bench", ["", "figure", "measured", "mark", ""], rows));

/** Writes a line of the table, and fails where the mark is missed. */
function judge(key: string, figure: string, value: number, mark: number, more: string): void {
  const good = value <= mark;
  const number = Number.isInteger(value) ? String(value) : value.toFixed(2);
  rows.push([key, figure, `${number} (${more})`, `at most ${mark}`, good ? "kept" : "MISSED"]);
  expect(value, figure).toBeLessThanOrEqual(mark);
}

function compare(
  key: string,
  figure: string,
  mark: number,
  one: Contestant,
  other: Contestant,
  times = rounds,
) {
  const { ratio, times: both } = inTurn(times, one, other);
  judge(key, figure, ratio, mark, both.map((ms) => `${Math.round(ms)} ms`).join(" : "));
}

/** A project with a local database, and what brings that database back to what it was. */
async function resettable(era: EraName, fill = ""): Promise<Contestant & { file: string }> {
  const cwd = project();
  const file = await makeLocal(cwd, productionId, era, fill);
  change(file, "PRAGMA wal_checkpoint(TRUNCATE)");
  const saved = join(cwd, "saved.sqlite");
  copyFileSync(file, saved);
  const prepare = () => {
    for (const suffix of ["-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
    copyFileSync(saved, file);
    // Else the system would still be writing a large copy while the upgrade of it is timed.
    const copied = openSync(file, "r+");
    fsyncSync(copied);
    closeSync(copied);
  };
  return { cwd, file, prepare, commands: [{ args: [cli, ...local], code: 0 }] };
}

describe("time", () => {
  it("(a) a whole local upgrade against the guide's three commands", async () => {
    const ours = await resettable("oldest");
    const theirs = await resettable("oldest");
    const sql = join(theirs.cwd, "apply_all_migrations.sql");
    writeFileSync(sql, guidesFile);
    theirs.commands = [
      byHand("--local", `--file=${sql}`),
      byHand("--local", "--command=SELECT COUNT(*) FROM job_audit_events"),
      byHand("--local", "--command=PRAGMA table_info(bulk_jobs)"),
    ];
    compare("a", "a whole local upgrade : the guide's three wrangler commands", 0.75, ours, theirs);
  });

  it("(b) status against one bare wrangler command", async () => {
    const { cwd } = await resettable("2025-11-22");
    const status = { cwd, commands: [{ args: [cli, "status", "--local", "-b", database], code: 0 }] };
    const bare = { cwd, commands: [byHand("--local", "--command=select 1")] };
    const figure = "`status` of a current database : `wrangler d1 execute` of `select 1`";
    // What is compared differs by less than one start of wrangler does from the next.
    compare("b", figure, 1.15, status, bare, Math.max(21, rounds));
  });

  it("(c) --help against Node itself", () => {
    const cwd = packageFolder;
    const help = { cwd, commands: [{ args: [cli, "--help"], code: 0 }] };
    const node = { cwd, commands: [{ args: ["-e", "0"], code: 0 }] };
    compare("c", "`--help` : `node -e 0`", 1.2, help, node, Math.max(41, rounds));
  });

  it("(d) a million jobs against none", async () => {
    const none = await resettable("oldest", "DELETE FROM bulk_jobs;");
    const million = await resettable("oldest", `DELETE FROM bulk_jobs; ${millionJobs}`);
    compare("d", "an upgrade with 1,000,000 jobs : with none", 1.1, million, none);
  });
});

it("(d) no statement that is sent scans a table of the user's", async () => {
  const { cwd, file, prepare } = await resettable("oldest");
  prepare?.();
  const { starts } = await run(local, { cwd });
  expect(starts).toHaveLength(2);
  prepare?.();
  const copy = new Database(file);
  const own = copy
    .prepare("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0 AND name NOT LIKE 'sqlite_s%'")
    .all() as { name: string; rootpage: number }[];
  expect(own.map(({ name }) => name)).toContain("bulk_jobs");
  const statements = starts.flatMap((args) =>
    splitStatements(args.find((arg) => arg.startsWith("--command="))?.slice(10) ?? ""),
  );
  expect(statements.length).toBeGreaterThan(6);
  const reads: string[] = [];
  for (const sql of statements) {
    const steps = copy.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
    const named = (detail: string) =>
      own.some(({ name }) => new RegExp(`^(SCAN|SEARCH) ${name}\\b`, "i").test(detail));
    reads.push(...steps.map(({ detail }) => detail).filter(named));
    // What makes an index has no query plan; its program says what it opens, by number unless p5 says otherwise.
    const program = copy.prepare(`EXPLAIN ${sql}`).all() as { opcode: string; p2: number; p5: number }[];
    const opens = program.filter(
      ({ opcode, p5 }) => /^(Open(Read|Write)|ReopenIdx)$/.test(opcode) && !(p5 & 16),
    );
    reads.push(
      ...opens.flatMap(({ p2 }) => own.filter(({ rootpage }) => rootpage === p2).map(({ name }) => name)),
    );
    copy.exec(sql);
  }
  copy.close();
  const said = `${statements.length} statements of 2 starts`;
  judge("d", "steps of theirs that open or scan a table of the user's", reads.length, 0, said);
});

describe("(e) starts of wrangler and requests that write", () => {
  it("local", async () => {
    const { cwd } = await resettable("oldest");
    const first = await runJson(local, { cwd });
    const again = await runJson(local, { cwd });
    expect([first.json.outcome, again.json.outcome]).toEqual(["upgraded", "up-to-date"]);
    judge("e", "starts of wrangler for a local upgrade", first.starts.length, 2, "inspection, batch");
    judge("e", "starts of wrangler when nothing is pending", again.starts.length, 1, "inspection");
  });

  it("remote", async () => {
    const deployed = await make("oldest");
    const { json, starts } = await deployed.run("--yes");
    expect(json.outcome).toBe("upgraded");
    judge(
      "e",
      "starts of wrangler for a remote upgrade",
      starts.length,
      3,
      "inspection, restore point, batch",
    );
    judge("e", "requests that write, for a remote upgrade", deployed.writes(), 1, "the batch");
  });
});

describe("(f) what is installed", () => {
  const peer = "@astrojs/upgrade";
  /** The newest one that this Node can run. */
  const peerSpec = async () =>
    `${peer}@${Number(process.versions.node.split(".")[0]) < 22 ? "0.6.2" : await newest(peer)}`;

  it("size and packages, shown beside those of a peer", async () => {
    const theirs = await npm(["pack", "--json", "--dry-run", await peerSpec()], tmpdir());
    const ours = await npm(["pack", "--json", "--dry-run", "--ignore-scripts"], packageFolder);
    const [own, other] = [ours, theirs].map(packInfo);
    const trees = await Promise.all([treeOf(await packedFile()), treeOf(await peerSpec())]);
    const show = (figure: string, mine: string, peers: string) =>
      rows.push(["f", figure, `${mine} (${peer}: ${peers})`, "none", ""]);
    show("the package, packed", kilobytes(own?.size), kilobytes(other?.size));
    show("the package, unpacked", kilobytes(own?.unpackedSize), kilobytes(other?.unpackedSize));
    show("the installed tree", kilobytes(trees[0].bytes), kilobytes(trees[1].bytes));
    expect(trees[0].packages).toBeGreaterThan(0);
    judge("f", "installed packages", trees[0].packages, 1, `${peer}: ${trees[1].packages}`);
  });

  it("cold npx from the packed file against that of a peer", async () => {
    const file = await packedFile();
    const cold = (spec: string, ...args: string[]): Contestant => {
      const cwd = mkdtempSync(join(tmpdir(), "cold-"));
      const npmCache = join(cwd, "npm");
      return {
        cwd,
        env: { npm_config_cache: npmCache, npm_config_update_notifier: "false" },
        prepare: () => rmSync(npmCache, { recursive: true, force: true }),
        program: "npx",
        commands: [{ args: ["--yes", `--package=${spec}`, "--", ...args], code: 0 }],
      };
    };
    const own = cold(file, "kv-manager-upgrade", "--help");
    const { ratio, times } = inTurn(rounds, own, cold(await peerSpec(), "upgrade", "--help"));
    // A wide mark: what the network does weighs as much as what the package does.
    const both = times.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(" : ");
    judge("f", `cold \`npx\`, \`--help\` : that of ${peer}`, ratio, 1, both);
  });
});
