import { check, checkHead, migrationHead } from "../messages/run.js";
import * as messages from "../messages/support-report.js";
import type { TargetNames } from "../project/target-names.js";
import { snapshotTarget } from "../saved-schema/snapshot-target.js";
import { eraText } from "../screen/contents.js";
import { block, code, factList, markdownTable } from "./markdown.js";
import type { AskedPart, DatabasePart, ReportData } from "./report-data.js";

/** Describes the database: which one it is, its state, and what is worth knowing about it. */
export function databaseText(data: Pick<ReportData, "asked" | "database" | "snapshot">): string {
  const { database } = data;
  if (database === null) return messages.noDatabaseAsked;
  const { outcome, kvManager, deployed, migrations, differences, remarks, notes, restorePoint } = database;
  const [head, facts] = identity(data, database);
  const era = deployed === null ? undated(migrations) : eraText({ ...deployed, has: [] });
  const worth = [...remarks, ...differences, ...notes].map((text) => `- ${code(text)}`).join("\n");
  return [
    head,
    factList([
      ...facts,
      ["State", `**${outcome}**`],
      ["Planned for KV Manager", messages.plannedFor(kvManager)],
      ["First deployed, by its schema", era],
      ...(restorePoint === null ? [] : [["Restore command", code(restorePoint.command)] as [string, string]]),
    ]),
    worth === "" ? "" : `Worth knowing:\n\n${worth}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Which database it is, as far as known, and a sentence if it was not read. */
function identity(
  data: Pick<ReportData, "asked" | "database" | "snapshot">,
  { target, migrations }: DatabasePart,
): [string, [string, string][]] {
  if (target !== null) return ["", targetFacts(target)];
  if (isSaved(data)) {
    const savedFrom = snapshotTarget(data.snapshot);
    return [messages.fromSavedSchema, savedFrom === null ? [] : targetFacts(savedFrom)];
  }
  if (data.asked !== null) return [messages.notReached, askedFacts(data.asked)];
  return [migrations.length > 0 ? messages.predictedOnly : messages.notReached, []];
}

/** Whether it is about a saved schema, which may come from another computer. */
export function isSaved({ database, snapshot }: Pick<ReportData, "database" | "snapshot">): boolean {
  return database !== null && database.target === null && snapshot !== null;
}

/** What to say of a schema that matches no era. */
function undated(migrations: DatabasePart["migrations"]): string {
  return migrations.some((m) => m.status === "partial" || m.status === "applied")
    ? messages.partlyUpgraded
    : messages.notKnown;
}

/** What the migration guide asks for (production or development, and the binding's name), and more. */
export function targetFacts(target: TargetNames & { persistTo?: string | null }): [string, string][] {
  return [
    ["Production or development", messages.locationText(target.location)],
    ["Binding", target.binding === null ? messages.noBinding : code(target.binding)],
    ["Database", target.database === null ? messages.notKnown : code(target.database)],
    ...optional("Config", target.config),
    ...optional("Environment", target.env),
    ...stateFolder(target.persistTo ?? null),
  ];
}

/** The same for a database that was not reached, as far as the command line gives it. */
function askedFacts({ location, binding, config, env, persistTo }: AskedPart): [string, string][] {
  return [
    ["Production or development", messages.locationText(location)],
    ["Binding", binding === null ? messages.notNamed : code(binding)],
    ...optional("Config", config),
    ...optional("Environment", env),
    ...stateFolder(persistTo),
  ];
}

function optional(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, code(value)]];
}

function stateFolder(path: string | null): [string, string][] {
  return path === null ? [] : [["State folder", `${code(path)}, ${messages.namedFolder}`]];
}

/** The status of each migration. */
export function migrationsText({ migrations }: DatabasePart): string {
  if (migrations.length === 0) return messages.notKnown;
  return markdownTable(
    migrationHead,
    migrations.map((m) => [code(`${m.id} ${m.name}`), m.status, m.missing.map(code).join(", ")]),
  );
}

/** The verification table. */
export function checksText({ checks }: DatabasePart): string {
  if (checks.length === 0) return messages.notKnown;
  return markdownTable(
    checkHead,
    checks.map((c) => [
      code(c.object),
      code(c.expected),
      c.actual === null ? check.nothing : code(c.actual),
      c.ok ? check.ok : c.actual === null ? check.missing : check.conflict,
    ]),
  );
}

/** What must be added, as SQL. */
export function sqlText({ statements, applied, migrations }: DatabasePart): string {
  if (statements.length === 0) return migrations.length === 0 ? messages.notKnown : messages.nothingPending;
  const head = applied === false ? "" : `${messages.appliedText(applied)}\n\n`;
  return head + block(statements.map((sql) => `${sql};`).join("\n"), "sql");
}
