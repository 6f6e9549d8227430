import { expect } from "vitest";
import { type EraName, pendingIn } from "./eras.js";
import { type Dump, rowsOf } from "./local.js";
import type { LoopbackApi } from "./loopback-api.js";
import type { RemoteProject, Way } from "./remote.js";

/** Upgrades a deployed database of an era, twice: one batch, and every row as before. */
export async function checkRemoteEra(
  database: RemoteProject,
  api: LoopbackApi,
  era: EraName,
  way: Way,
): Promise<void> {
  const before = await database.dump();
  const pending = pendingIn[era];

  const first = await database.run("--yes");
  expect(first.json.error).toBeNull();
  expect(first.code).toBe(0);
  expect(first.json.outcome).toBe(pending.length > 0 ? "upgraded" : "up-to-date");
  expect(first.json.migrations.filter((m) => m.status === "pending").map((m) => m.id)).toEqual(pending);
  expect(first.json.checks.map((check) => check.ok)).toEqual(Array(6).fill(true));
  expect(database.writes()).toBe(pending.length > 0 ? 1 : 0);
  expect(api.requests.filter((r) => r.endpoint === "import")).toEqual([]);
  // Inspection, the restore point if there is something to undo, and the one batch.
  const commands = pending.length > 0 ? ["execute", "time-travel", "execute"] : ["execute"];
  expect(first.starts.map((args) => args[1])).toEqual(way === "login" ? commands : []);
  for (const start of first.starts) expect(start).toContain("--env=");

  const after = await database.dump();
  expect(rowsOf(after as Dump)).toEqual(rowsOf(before as Dump));
  const second = await database.run("--yes");
  expect([second.code, second.json.outcome, second.json.restorePoint]).toEqual([0, "up-to-date", null]);
  expect(await database.dump()).toEqual(after);
}
