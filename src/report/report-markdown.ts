import * as messages from "../messages/support-report.js";
import type { DatabasePart, ReportData } from "./report-data.js";
import { checksText, databaseText, isSaved, migrationsText, sqlText } from "./report-database.js";
import { commonSections, errorText, schemaText, section, withIssueLink } from "./report-sections.js";

/**
 * Formats a support report as Markdown for a GitHub issue. Each section is made independently: one that fails says so
 * in its place.
 * @param data redacted
 */
export function reportMarkdown(data: ReportData): string {
  const { database, lastFailure } = data;
  const { sections } = messages;
  const ofDatabase = (title: string, make: (database: DatabasePart) => string) =>
    section(title, () => (database === null ? messages.noDatabaseBefore : make(database)));
  const { head, versions, configs, last } = commonSections(data, isSaved(data));
  const error = section(sections.error, () => errorText(database, lastFailure));
  const which = section(sections.database, () => databaseText(data));
  const migrations = ofDatabase(sections.migrations, migrationsText);
  const checks = ofDatabase(sections.checks, checksText);
  const sql = ofDatabase(sections.sql, sqlText);
  const schema = section(sections.schema, () => schemaText(data));
  const all = [head, error, which, versions, configs, migrations, checks, sql, last, schema];
  return withIssueLink(all, titleOf(data), [
    [error, which, versions, configs, migrations, sql, last],
    [error, which, versions, migrations, last],
    [error, which, versions, migrations],
    [error, which, versions],
    [which, versions],
  ]);
}

function titleOf({ asked, database, lastFailure }: ReportData): string {
  const unsolved = lastFailure?.solvedAt === null ? lastFailure : null;
  const target = database?.target ?? (database === null ? (unsolved?.target ?? null) : asked);
  const where = target === null ? null : messages.locationText(target.location);
  return messages.issueTitle(database?.error?.code ?? unsolved?.code ?? null, where);
}
