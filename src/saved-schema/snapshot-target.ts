import { fieldsOf } from "../lib/record.js";
import { parseVersion } from "../lib/version.js";
import type { KvManager } from "../plan/kv-manager.js";
import type { TargetPart } from "../project/target-names.js";

/** A value that is safe in a command: names from a stranger's file are shown for copying into a shell. */
const harmless = /^[\p{L}\p{N} _.:@~/\\-]{1,300}$/u;

/**
 * Returns the database that a saved schema is from, according to its report.
 * @param snapshot the schema and the fields next to it
 * @returns null if it gives none, or not in this form
 */
export function snapshotTarget(snapshot: unknown): TargetPart | null {
  const { location, binding, database, config, env, persistTo } = fieldsOf(fieldsOf(snapshot).target);
  if (location !== "local" && location !== "remote" && location !== "preview") return null;
  if (!isNameOrNull(binding) || !isNameOrNull(config)) return null;
  // Both, or neither if the database was found by name.
  if ((binding === null) !== (config === null) || (binding ?? database) === null) return null;
  if (!isNameOrNull(database) || !isNameOrNull(env) || !isNameOrNull(persistTo)) return null;
  return { location, binding, database, config, env, persistTo };
}

const sources: unknown[] = ["flag", "checkout", "database", "default"] satisfies KvManager["from"][];

/**
 * Returns the KV Manager that a saved schema was planned for, according to its report.
 * @param snapshot the schema and the fields next to it
 * @returns null if it gives none, or not in this form
 */
export function snapshotKvManager(snapshot: unknown): KvManager | null {
  const { version, from } = fieldsOf(fieldsOf(snapshot).kvManager);
  if (typeof version !== "string" || parseVersion(version) === null || !sources.includes(from)) return null;
  return { version, from: from as KvManager["from"] };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && harmless.test(value) && !value.startsWith("-");
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || isName(value);
}
