import { databasePlaceholder } from "../words/placeholders.js";
import { type Diagnostic, entry } from "./diagnostic.js";

/** What KV Manager 2.x says when its database lacks something, and when its own upgrade fails. */

const forTwo = `Check what is missing, then add it:\n  kv-manager-upgrade status ${databasePlaceholder} --for 2\n  kv-manager-upgrade ${databasePlaceholder} --for 2`;

const lacksTable = (table: string, migration: string, version: string): Diagnostic =>
  entry(
    "SQL_FAILED",
    new RegExp(`no such table: (\\w+\\.)*${table}\\b`, "i"),
    [],
    `The table ${table} of migration ${migration} is not in this database; KV Manager needs it from version ${version} on.`,
    forTwo,
    null,
    "KV Manager itself says this when its version is newer than its database.",
  );

export const kvManagerDiagnostics: Diagnostic[] = [
  entry(
    "SQL_FAILED",
    /Webhooks table not found/i,
    [],
    "The table webhooks of migration 004 is not in this database; KV Manager needs it from version 2.0.0 on.",
    forTwo,
    null,
    "The file that KV Manager names there, apply_all_migrations.sql, does not make that table. On a database that has one of the file's columns already, it undoes all that it does.",
  ),
  entry(
    "SQL_FAILED",
    /table webhooks has no column named name|no such column: webhooks\.name/i,
    [],
    "The table webhooks lacks its column name, which is migration 007; KV Manager needs it from version 2.2.0 on.",
    forTwo,
    null,
    "No schema file of KV Manager's has this column, so each new installation lacks it too, until something adds it.",
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
    "KV Manager's own ledger of its upgrades is not in this database.",
    `Nothing has to be done about it: KV Manager 2 makes it when its page is opened. See what the database really has:\n  kv-manager-upgrade status ${databasePlaceholder}`,
    null,
    "The ledger proves nothing: it marks as done what it never looked at.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /Migration \d+ \(\w+\):/i,
    [],
    "KV Manager's own upgrade stopped at this migration. What it had done before stays, and what comes after it was not tried.",
    forTwo,
    null,
    "It sends each statement by itself, and its ledger counts the columns of 1.x as done without looking at them.",
  ),
  entry(
    "UNEXPECTED_OUTPUT",
    /Failed to apply migrations|Migration system error/i,
    [],
    "KV Manager's own upgrade did not come to its end; what it had done before stays.",
    forTwo,
    null,
    "It cannot be relied on for a database of November 2025: it leaves three columns of bulk_jobs missing and says that all is up to date.",
  ),
  entry(
    "SQL_FAILED",
    /Failed to get migration status/i,
    [],
    "KV Manager could not read its own ledger of upgrades, which says nothing about what the database has.",
    forTwo,
  ),
  entry(
    "SQL_FAILED",
    /Failed to (list|get|create|update|delete|test) webhooks?/i,
    [],
    "KV Manager could not use its table webhooks. Where it is the database, the table (migration 004) or its column name (migration 007) is missing.",
    forTwo,
  ),
  entry(
    "SQL_FAILED",
    /Failed to (list|get|save|create|update|delete) thresholds?/i,
    [],
    "KV Manager could not use its table monitoring_thresholds. Where it is the database, migration 008 is missing, which is needed from version 2.3.0 on.",
    forTwo,
  ),
];
