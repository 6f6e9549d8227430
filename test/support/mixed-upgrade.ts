import { runJsonOfAll } from "./cli.js";
import type { LoopbackApi } from "./loopback-api.js";
import type { MixedFolder } from "./mixed-folder.js";

/** Upgrades every database without asking. */
export const all = ["--all", "--yes"];

/** Runs it and returns each database as `location name outcome`. */
export async function upgradeAll(folder: MixedFolder, ...more: string[]) {
  const { json: document, ...ended } = await runJsonOfAll([...all, ...more], folder);
  const names = document.databases.map(({ target, outcome }) =>
    target === null ? outcome : `${target.location} ${target.database}: ${outcome}`,
  );
  return { ...ended, document, names };
}

/** Returns the databases written at Cloudflare since a moment, in order. */
export function written(api: LoopbackApi, folder: MixedFolder, from: number): string[] {
  const names = Object.fromEntries(Object.entries(folder.ids).map(([name, id]) => [id, name]));
  return api.requests
    .slice(from)
    .filter((r) => r.writes)
    .map((r) => names[r.databaseId ?? ""] ?? "another");
}

/** The result of an upgrade of the whole folder. */
export const done = [
  "local kv-manager-staging: upgraded",
  "local kv-manager-metadata-dev: upgraded",
  "preview kv-manager-metadata: upgraded",
  "remote kv-manager-metadata: up-to-date",
  "remote kv-manager-staging: upgraded",
  "remote shop: not-kv-manager",
];
