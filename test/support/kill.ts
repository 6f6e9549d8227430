import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { cli, plainEnvironment, runJson } from "./cli.js";
import { type Found, type Readable, stateOf } from "./faults.js";

/** A project bound to a database whose upgrade is killed. */
export interface Killable extends Readable {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The arguments that name it. */
  location: string[];
}

/** When a run is killed. */
export interface Moment {
  milliseconds: number;
  /** What the milliseconds are counted from, instead of the start; polled. */
  since?: () => boolean;
  /** Whether its wrangler is killed too, or keeps running without it. */
  all: boolean;
}

/**
 * Starts the program and kills it outright.
 * @returns whether the kill ended it; false if it had already exited on its own
 */
export async function killOutright(
  args: string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
  { since = () => true, milliseconds, all }: Moment,
): Promise<boolean> {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: "ignore",
  });
  const closed = new Promise((resolve) => child.on("close", resolve));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  while (isRunning() && !since()) await sleep(2);
  await Promise.race([closed, sleep(milliseconds)]);
  if (isRunning()) {
    const family = all && child.pid !== undefined ? descendants(child.pid) : [];
    child.kill("SIGKILL");
    for (const pid of family) kill(pid);
  }
  await closed;
  return child.signalCode === "SIGKILL";
}

/** All processes below one. None are found on Windows. */
function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

function childrenOf(pid: number): number[] {
  if (process.platform === "linux") {
    const file = `/proc/${pid}/task/${pid}/children`;
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
  }
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const all = (stdout ?? "").split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return all.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just exited on its own.
  }
}

/**
 * Kills an upgrade at a moment: the database must be as before or complete. Runs it again immediately, beside whatever
 * the killed run left running: the database must then be complete, with every row as before.
 * @returns whether it was killed, and what it left
 */
export async function surviveKill(
  database: Killable,
  moment: Moment,
): Promise<{ killed: boolean; found: Found }> {
  const before = await database.dump();
  const killed = await killOutright([...database.location, "--yes", "--json"], database, moment);
  const found = await stateOf(database, before);
  const again = await runJson([...database.location, "--yes"], database);
  expect([again.code, again.json.error]).toEqual([0, null]);
  expect(["upgraded", "up-to-date"]).toContain(again.json.outcome);
  expect(again.json.checks.every((check) => check.ok)).toBe(true);
  expect(await stateOf(database, before)).toBe("complete");
  return { killed, found };
}
