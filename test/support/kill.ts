import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { cli, plainEnvironment } from "./cli.js";
import { stateOf } from "./faults.js";
import type { RemoteProject } from "./remote.js";

/**
 * Starts an upgrade and kills it outright.
 * @param milliseconds when
 * @param all whether its wrangler is killed too, or lives on without it
 * @returns whether it was still running
 */
async function killed(database: RemoteProject, milliseconds: number, all: boolean): Promise<boolean> {
  const child = spawn(process.execPath, [cli, "--remote", "--yes", "--json"], {
    cwd: database.cwd,
    env: { ...plainEnvironment(), ...database.env },
    stdio: "ignore",
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
  if (child.exitCode !== null || child.pid === undefined) return false;
  const family = all ? descendants(child.pid) : [];
  child.kill("SIGKILL");
  for (const pid of family) kill(pid);
  await closed;
  return true;
}

/** All processes below one. Only Linux tells; elsewhere just the program itself is killed. */
function descendants(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  const children = readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

/**
 * Kills an upgrade at a moment and runs it again, which must end with a complete database and every row as before.
 * @returns whether it was killed in the middle
 */
export async function surviveKill(
  database: RemoteProject,
  milliseconds: number,
  all: boolean,
): Promise<boolean> {
  const before = await database.dump();
  const wasRunning = await killed(database, milliseconds, all);
  const again = await database.run("--yes");
  expect([again.code, again.json.error]).toEqual([0, null]);
  expect(["upgraded", "up-to-date"]).toContain(again.json.outcome);
  expect(await stateOf(database, before)).toBe("complete");
  return wasRunning;
}
