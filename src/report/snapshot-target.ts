import { parseVersion } from "../lib/version.js";
import type { KvManager } from "../plan/kv-manager.js";
import type { TargetPart } from "../project/target-names.js";

/** A word of a command that needs no trust: what a stranger's file names is shown to be copied into a shell. */
const harmless = /^[\p{L}\p{N} _.:@~/\\-]{1,300}$/u;

/**
 * Which database a saved schema is of, as its report names it.
 * @param snapshot the schema with what stands beside it
 * @returns null where it says nothing, or not in this form
 */
export function snapshotTarget(snapshot: unknown): TargetPart | null {
  const { target } = (snapshot ?? {}) as { target?: unknown };
  if (typeof target !== "object" || target === null) return null;
  const { location, binding, database, config, env, persistTo } = target as Record<string, unknown>;
  if (location !== "local" && location !== "remote" && location !== "preview") return null;
  if (!isNameOrNull(binding) || !isNameOrNull(config)) return null;
  // Both, or neither where the database was found by its name.
  if ((binding === null) !== (config === null) || (binding ?? database) === null) return null;
  if (!isNameOrNull(database) || !isNameOrNull(env) || !isNameOrNull(persistTo)) return null;
  return { location, binding, database, config, env, persistTo };
}

const sources: unknown[] = ["flag", "checkout", "database", "default"] satisfies KvManager["from"][];

/**
 * For which KV Manager a saved schema was planned, as its report says.
 * @param snapshot the schema with what stands beside it
 * @returns null where it says nothing, or not in this form
 */
export function snapshotKvManager(snapshot: unknown): KvManager | null {
  const { kvManager } = (snapshot ?? {}) as { kvManager?: unknown };
  if (typeof kvManager !== "object" || kvManager === null) return null;
  const { version, from } = kvManager as Record<string, unknown>;
  if (typeof version !== "string" || parseVersion(version) === null || !sources.includes(from)) return null;
  return { version, from: from as KvManager["from"] };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && harmless.test(value) && !value.startsWith("-");
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || isName(value);
}
