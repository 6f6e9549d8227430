import { readFileSync, writeFileSync } from "node:fs";
import { readConfig } from "./config-files.js";
import type { Target } from "./targets.js";

/**
 * Writes another database id into a config, and changes nothing else in it.
 * @param target the binding whose id is meant
 * @param field which of its ids
 * @param id the new one
 * @returns false when the file does not have the old id just once, so that it has to be done by hand
 */
export function replaceDatabaseId(
  target: Target,
  field: "databaseId" | "previewDatabaseId",
  id: string,
): boolean {
  const old = target[field];
  const before = readFileSync(target.configPath, "utf8");
  if (old === null || !/^[\w-]+$/.test(id) || before.split(old).length !== 2) return false;
  writeFileSync(target.configPath, before.split(old).join(id));
  // Read back: a file that no longer says what it should is put back.
  const entry = readConfig(target.configPath).bindings.find(
    (b) => b.binding === target.binding && b.env === target.env,
  );
  if (entry?.[field] === id) return true;
  writeFileSync(target.configPath, before);
  return false;
}
