import * as messages from "../messages/support-report.js";
import type { TargetPart } from "../project/target-names.js";
import { snapshotTarget } from "../saved-schema/snapshot-target.js";
import { code, markdownTable } from "./markdown.js";
import type { AllData, OneDatabase } from "./report-data.js";
import { checksText, databaseText, isSaved, migrationsText, sqlText } from "./report-database.js";
import { commonSections, errorText, guarded, schemaText, section, withIssueLink } from "./report-sections.js";

/**
 * Formats a support report about several databases as Markdown: what they share once, then a section for each. Parts
 * identical to an earlier one are not repeated.
 * @param data redacted
 */
export function markdownOfAll(data: AllData): string {
  const { databases } = data;
  const { head, versions, configs, last } = commonSections(data, databases.some(isSaved));
  const overview = section(messages.overview, () => overviewText(databases));
  const whole = each(databases, ["database", "error", "migrations", "checks", "sql", "schema"]);
  const short = each(databases, ["database", "error", "migrations", "sql"]);
  const title = messages.issueTitleOfAll(databases.length, codesOf(databases));
  return withIssueLink([head, overview, versions, configs, last, ...whole], title, [
    [overview, versions, configs, last, ...short],
    [overview, versions, ...each(databases, ["error"])],
    [overview, versions],
    [overview],
  ]);
}

type Section = "database" | "error" | "migrations" | "checks" | "sql" | "schema";

const texts: Record<Section, (one: OneDatabase) => string> = {
  database: (one) => databaseText({ ...one, asked: null }),
  error: ({ database }) => errorText(database, null),
  migrations: ({ database }) => migrationsText(database),
  checks: ({ database }) => checksText(database),
  sql: ({ database }) => sqlText(database),
  schema: schemaText,
};

/** A section for each database, with these parts. */
function each(databases: OneDatabase[], parts: Section[]): string[] {
  const written = new Map<string, string>();
  return databases.map((one, i) => {
    const name = `${i + 1}. ${nameOf(one)}`;
    // What KV Manager needs is irrelevant to another application's database.
    const isForeign = one.database.outcome === "not-kv-manager";
    const own: Section[] = isForeign ? ["database", "error", "schema"] : parts;
    const part = (section: Section) => {
      const text = guarded(() => texts[section](one));
      const before = written.get(section + text);
      written.set(section + text, before ?? name);
      // A single line is as short as the reference.
      const shown = before === undefined || !text.includes("\n") ? text : messages.asBefore(before);
      return `### ${messages.sections[section]}\n\n${shown}`;
    };
    return [`## ${name}`, ...parts.filter((section) => own.includes(section)).map(part)].join("\n\n");
  });
}

function overviewText(databases: OneDatabase[]): string {
  return markdownTable(
    messages.overviewHead,
    databases.map((one, i) => {
      const { outcome, error } = one.database;
      const state = error === null || outcome !== "failed" ? outcome : `${outcome} (${error.code})`;
      return [`${i + 1}. ${nameOf(one)}`, boundOf(one), `**${state}**`];
    }),
  );
}

function nameOf(one: OneDatabase): string {
  const target = targetOf(one);
  if (target === null) return messages.notKnown;
  return `${code(target.database ?? target.binding ?? "")} (${target.location})`;
}

function boundOf(one: OneDatabase): string {
  const { binding = null, config = null, env = null } = targetOf(one) ?? {};
  if (binding === null || config === null) return messages.noBinding;
  return `${code(binding)} in ${code(config)}${env === null ? "" : `, environment ${code(env)}`}`;
}

function targetOf({ database, snapshot }: OneDatabase): TargetPart | null {
  return database.target ?? snapshotTarget(snapshot);
}

function codesOf(databases: OneDatabase[]): string[] {
  return [
    ...new Set(
      databases.flatMap(({ database: { error, outcome } }) =>
        error === null || outcome === "not-kv-manager" ? [] : [error.code],
      ),
    ),
  ];
}
