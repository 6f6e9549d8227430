import { databasePlaceholder } from "../messages/placeholders.js";
import { type Diagnostic, entry } from "./diagnostic.js";

/** What KV Manager 2.x says when its database lacks something, and when its own upgrade fails. */

const forTwo = `Check what is missing, then add it:\n  kv-manager-upgrade status ${databasePlaceholder} --for 2\n  kv-manager-upgrade ${databasePlaceholder} --for 2`;

const lacksTable = (table: string, migration: string, version: string): Diagnostic =>
  entry(
    "SQL_FAILED",
    new RegExp(`no such table: (\\w+\\.)*${table}\\b`, "i"),
    [],
    `The table ${table} of migration ${migration} is not in this database; KV Manager needs it since version ${version}.`,
    forTwo,
    null,
    "KV Manager itself says this when its version is newer than its database.",
  );

export const kvManagerDiagnostics: Diagnostic[] = [
  entry(
    "SQL_FAILED",
    /Webhooks table not found/i,
    [],
    "The table webhooks of migration 004 is not in this database; KV Manager needs it since version 2.0.0.",
    forTwo,
    null,
    "The file that KV Manager names there, apply_all_migrations.sql, does not create that table. If the database already has one of the columns that the file adds, the whole file is rolled back.",
  ),
  entry(
    "SQL_FAILED",
    /table webhooks has no column named name|no such column: webhooks\.name/i,
    [],
    "The column webhooks.name (migration 007) is missing; KV Manager needs it since version 2.2.0.",
    forTwo,
    null,
    "None of KV Manager's schema files has this column, so new installations lack it too, until something adds it.",
  ),
  lacksTable("webhooks", "004", "2.0.0"),
  lacksTable("namespace_colors", "005", "2.1.0"),
  lacksTable("key_colors", "006", "2.1.0"),
  lacksTable("monitoring_thresholds", "008", "2.3.0"),
  lacksTable("monitoring_state", "008", "2.3.0"),
  entry(
    "SQL_FAILED",
    /no such table: (\w+\.)*schema_version\b/i,
    [],
    "KV Manager's own record of its upgrades is not in this database.",
    `No action is needed: KV Manager 2 creates it when its page is opened. See what the database really has:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    null,
    "That record proves nothing: it marks columns as done without checking them.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /Migration \d+ \(\w+\):/i,
    [],
    "KV Manager's own upgrade stopped at this migration. What it did before stays; what comes after was not tried.",
    forTwo,
    null,
    "It sends one statement at a time, and its record counts the columns of 1.x as done without checking them.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /Failed to apply migrations|Migration system error/i,
    [],
    "KV Manager's own upgrade did not finish; what it did before stays.",
    forTwo,
    null,
    "It cannot be relied on for a database of November 2025: it leaves three columns of bulk_jobs missing and reports that everything is up to date.",
  ),
  entry(
    "SQL_FAILED",
    /Failed to get migration status/i,
    [],
    "KV Manager could not read its own record of upgrades. That record says nothing about what the database has.",
    forTwo,
  ),
  entry(
    "SQL_FAILED",
    /Failed to (list|get|create|update|delete|test) webhooks?/i,
    [],
    "KV Manager could not use its table webhooks. If the database is the cause, the table (migration 004) or the column webhooks.name (migration 007) is missing.",
    forTwo,
  ),
  entry(
    "SQL_FAILED",
    /Failed to (list|get|save|create|update|delete) thresholds?/i,
    [],
    "KV Manager could not use its table monitoring_thresholds. If the database is the cause, migration 008 is missing, which is needed since version 2.3.0.",
    forTwo,
  ),
];
