import { databasePlaceholder } from "../messages/placeholders.js";
import { type Diagnostic, diagnostic } from "./diagnostic.js";

/** What KV Manager says when its database lacks something, and when its own upgrade fails. */

const seeThenAdd = (flags: string) =>
  `Check what is missing, then add it:\n  kv-manager-upgrade status ${flags}\n  kv-manager-upgrade ${flags}`;
const forOne = seeThenAdd(databasePlaceholder);
const forTwo = seeThenAdd(`${databasePlaceholder} --for 2`);
const newerThanDatabase = "KV Manager itself says this when its version is newer than its database.";

const isMissing = (table: string, migration: string, version: string) =>
  `The table ${table} of migration ${migration} is not in this database; KV Manager ${version} and later need it.`;

const lacksTable = (table: string, migration: string, version: string): Diagnostic =>
  diagnostic({
    code: "SQL_FAILED",
    text: new RegExp(`no such table: (\\w+\\.)*${table}\\b`, "i"),
    means: isMissing(table, migration, version),
    advice: forTwo,
    background: newerThanDatabase,
  });

export const kvManagerDiagnostics: Diagnostic[] = [
  diagnostic({
    code: "SQL_FAILED",
    text: /Webhooks table not found/i,
    means: isMissing("webhooks", "004", "2.0.0"),
    advice: forTwo,
    background:
      "The file that KV Manager names there, apply_all_migrations.sql, does not create that table. If the database already has one of the columns that the file adds, the whole file is rolled back.",
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /table webhooks has no column named name|no such column: webhooks\.name/i,
    means: "The column webhooks.name (migration 007) is missing; KV Manager 2.2.0 and later need it.",
    advice: forTwo,
    background:
      "None of KV Manager's schema files has this column, so new installations lack it too, until something adds it.",
  }),
  lacksTable("webhooks", "004", "2.0.0"),
  lacksTable("namespace_colors", "005", "2.1.0"),
  lacksTable("key_colors", "006", "2.1.0"),
  lacksTable("monitoring_thresholds", "008", "2.3.0"),
  lacksTable("monitoring_state", "008", "2.3.0"),
  diagnostic({
    code: "SQL_FAILED",
    text: /no such table: (\w+\.)*schema_version\b/i,
    means: "KV Manager's own record of its upgrades is not in this database.",
    advice: `No action is needed: KV Manager 2 creates it when its page is opened. See what the database really has:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    background: "That record proves nothing: it marks columns as done without checking them.",
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /Migration \d+ \(\w+\):/i,
    means:
      "KV Manager's own upgrade stopped at this migration. What it did before stays; what comes after was not tried.",
    advice: forTwo,
    background:
      "It sends one statement at a time, and its record counts the columns of 1.x as done without checking them.",
  }),
  diagnostic({
    code: "UNEXPECTED_OUTPUT",
    text: /Failed to apply migrations|Migration system error/i,
    means: "KV Manager's own upgrade did not finish; what it did before stays.",
    advice: forTwo,
    background:
      "It cannot be relied on for a database of November 2025: it leaves three columns of bulk_jobs missing and reports that everything is up to date.",
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /Failed to get migration status/i,
    means:
      "KV Manager could not read its own record of upgrades. That record says nothing about what the database has.",
    advice: forTwo,
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /Failed to (list|get|create|update|delete|test) webhooks?/i,
    means:
      "KV Manager could not use its table webhooks. If the database is the cause, the table (migration 004) or the column webhooks.name (migration 007) is missing.",
    advice: forTwo,
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /Failed to (list|get|save|create|update|delete) thresholds?/i,
    means:
      "KV Manager could not use its table monitoring_thresholds. If the database is the cause, migration 008 is missing, which KV Manager 2.3.0 and later need.",
    advice: forTwo,
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /(no such column: (\w+\.)*|has no column named )(current_key|percentage|metadata)\b/i,
    means: "The table bulk_jobs lacks a column of migration 002 or 003.",
    advice: forOne,
    background: newerThanDatabase,
  }),
  diagnostic({
    code: "SQL_FAILED",
    text: /no such table: (\w+\.)*job_audit_events\b/i,
    means: "The table job_audit_events (migration 001) is missing.",
    advice: forOne,
    background:
      "The guide's first check reports this if the migration is incomplete, or if the check ran on the wrong database: the local one (no --remote), or another config's.",
  }),
];
