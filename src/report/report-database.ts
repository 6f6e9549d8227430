import type { TargetNames } from "../screen/document.js";
import { eraText } from "../screen/parts.js";
import * as words from "../words/support-report.js";
import { block, code, factList, markdownTable } from "./markdown.js";
import type { DatabasePart, ReportData } from "./report.js";

/** Which database it is about, and how it is in one word. */
export function databaseText({ database, snapshot }: ReportData): string {
  if (database === null) return words.noDatabaseAsked;
  const { target, outcome, deployed, migrations, differences, notes, restorePoint } = database;
  const facts = target === null ? [] : targetFacts(target);
  const era = deployed === null ? undated(migrations) : eraText({ ...deployed, has: [] });
  const remarks = [...differences, ...notes].map((text) => `- ${code(text)}`).join("\n");
  return [
    target !== null ? "" : snapshot === null ? words.predictedOnly : words.fromSavedSchema,
    factList([
      ...facts,
      ["State", `**${outcome}**`],
      ["First deployed, by its schema", era],
      ...(restorePoint === null ? [] : [["Way back", code(restorePoint.command)] as [string, string]]),
    ]),
    remarks === "" ? "" : `Worth knowing:\n\n${remarks}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** A schema that fits no era. */
function undated(migrations: DatabasePart["migrations"]): string {
  return migrations.some((m) => m.status === "partial" || m.status === "applied")
    ? words.partlyUpgraded
    : words.notKnown;
}

/** What the guide asks for: production or development, and the binding's name. */
export function targetFacts(target: TargetNames): [string, string][] {
  return [
    ["Production or development", words.locationText(target.location)],
    ["Binding", code(target.binding)],
    ["Database", target.database === null ? words.notKnown : code(target.database)],
    ["Config", code(target.config)],
    ...(target.env === null ? [] : [["Environment", code(target.env)] as [string, string]]),
  ];
}

/** How each migration stands. */
export function migrationsText({ migrations }: DatabasePart): string {
  if (migrations.length === 0) return words.notKnown;
  return markdownTable(
    ["Migration", "Status", "Missing"],
    migrations.map((m) => [code(`${m.id} ${m.name}`), m.status, m.missing.map(code).join(", ")]),
  );
}

/** The verification table. */
export function checksText({ checks }: DatabasePart): string {
  if (checks.length === 0) return words.notKnown;
  return markdownTable(
    ["Object", "Expected", "Found", "Result"],
    checks.map((c) => [
      code(c.object),
      code(c.expected),
      c.actual === null ? "nothing" : code(c.actual),
      c.ok ? "ok" : c.actual === null ? "missing" : "conflict",
    ]),
  );
}

/** What has to be added, as SQL. */
export function sqlText({ statements, applied, migrations }: DatabasePart): string {
  if (statements.length === 0) return migrations.length === 0 ? words.notKnown : words.nothingPending;
  const head = applied === false ? "" : `${words.appliedText(applied)}\n\n`;
  return head + block(statements.map((sql) => `${sql};`).join("\n"), "sql");
}
