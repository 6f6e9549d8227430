import type { MigrationState } from "./plan.js";

/**
 * The statements that take out again what an upgrade has added, in the opposite order; with them goes what was
 * written there since. For databases that have no restore point.
 * @param migrations as found before the upgrade: what was missing then is what it added
 */
export function undoStatements(migrations: MigrationState[]): string[] {
  const added = migrations.flatMap((m) => m.missing);
  return added.reverse().map((label) => {
    const [kind = "", name = ""] = label.split(" ");
    const [table = "", column = ""] = name.split(".");
    return kind === "column"
      ? `ALTER TABLE ${table} DROP COLUMN ${column}`
      : `DROP ${kind.toUpperCase()} ${name}`;
  });
}
