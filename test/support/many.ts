import { type EraName, eraSchemas } from "./eras.js";
import { makeLocal } from "./local.js";
import type { LoopbackApi } from "./loopback-api.js";
import { checkoutOf, tomlBinding } from "./project.js";

type Project = (files: Record<string, string>) => string;

function configOf(databases: { name: string; id: string }[]): Record<string, string> {
  const bindings = databases.map(({ name, id }, i) => tomlBinding(name, id, `KV_${i}`));
  const head = 'name = "kv-manager"\ncompatibility_date = "2025-11-01"\n';
  return { "package.json": checkoutOf("1.0.0"), "wrangler.toml": head + bindings.join("") };
}

/** A folder whose config binds many local databases, all complete. */
export async function manyLocal(project: Project, count: number): Promise<{ cwd: string }> {
  const databases = Array.from({ length: count }, (_, i) => ({ name: `kv-${i}`, id: `local-${i}` }));
  const cwd = project(configOf(databases));
  for (const { id } of databases) await makeLocal(cwd, id, "2025-11-22");
  return { cwd };
}

/** The same for deployed databases. */
export async function manyDeployed(
  project: Project,
  count: number,
  api: LoopbackApi,
): Promise<{ cwd: string; env: NodeJS.ProcessEnv; ids: string[] }> {
  const databases = Array.from({ length: count }, (_, i) => ({ name: `kv-${i}`, id: crypto.randomUUID() }));
  for (const { id, name } of databases) {
    api.addDatabase({ id, name });
    await api.exec(id, eraSchemas["2025-11-22"]);
  }
  return { cwd: project(configOf(databases)), env: api.env, ids: databases.map(({ id }) => id) };
}

/** The config of two databases, `kv-one` and `kv-two`, by their ids. */
export function twoIn(one: string, two: string): Record<string, string> {
  return {
    "package.json": checkoutOf("1.0.0"),
    "wrangler.toml": `name = "kv-manager"\ncompatibility_date = "2025-11-01"\n${tomlBinding("kv-one", one)}${tomlBinding("kv-two", two, "TWO")}`,
  };
}

/** A folder whose config binds two deployed databases of an era. */
export async function twoDeployed(
  project: Project,
  api: LoopbackApi,
  era: EraName,
): Promise<{ cwd: string; env: NodeJS.ProcessEnv; ids: [string, string] }> {
  const ids: [string, string] = [crypto.randomUUID(), crypto.randomUUID()];
  for (const [i, id] of ids.entries()) {
    api.addDatabase({ id, name: i === 0 ? "kv-one" : "kv-two" });
    await api.exec(id, eraSchemas[era]);
  }
  // A lost batch of the loopback server is over as soon as its request is.
  const env = { ...api.env, KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS: "4" };
  return { cwd: project(twoIn(...ids)), env, ids };
}
