import * as messages from "../messages/support-report.js";
import { readCatalog } from "../plan/read-catalog.js";
import type { Environment, FoundDatabase } from "./environment.js";
import { issueLink } from "./issue-link.js";
import type { LastFailure } from "./last-failure-file.js";
import { block, code, factList, markdownTable } from "./markdown.js";
import type { DatabasePart, ReportData } from "./report-data.js";
import {
  checksText,
  databaseText,
  isSaved,
  migrationsText,
  sqlText,
  targetFacts,
} from "./report-database.js";
import { snapshotBlock } from "./snapshot-block.js";

/**
 * Formats a support report as Markdown for a GitHub issue. Each section is made independently: one that fails says so
 * in its place.
 * @param data redacted
 */
export function reportMarkdown(data: ReportData): string {
  const { facts, database, lastFailure } = data;
  const section = (title: string, make: () => string) => `## ${title}\n\n${guarded(make)}`;
  const { sections } = messages;
  const state = (make: (database: DatabasePart) => string) => () =>
    database === null ? messages.noDatabaseBefore : make(database);
  const error = section(sections.error, () => errorText(database, lastFailure));
  const which = section(sections.database, () => databaseText(data));
  // The schema may come from a different computer than these.
  const here = isSaved(data) ? `${messages.ofThisComputer}\n\n` : "";
  const versions = section(sections.versions, () => here + versionsText(facts));
  const configs = section(sections.configs, () => here + configsText(facts));
  const migrations = section(sections.migrations, state(migrationsText));
  const checks = section(sections.checks, state(checksText));
  const sql = section(sections.sql, state(sqlText));
  const last = section(sections.lastFailure, () =>
    isSaved(data) ? messages.failureLeftOut : lastFailureText(lastFailure),
  );
  const schema = section(sections.schema, () => schemaText(data));
  const head = `# ${messages.title}\n\n${messages.madeBy(facts.tool, data.at)}`;
  const all = [head, error, which, versions, configs, migrations, checks, sql, last, schema];
  const link = issueLink(titleOf(data), [
    all.join("\n\n"),
    [error, which, versions, configs, migrations, sql, last].join("\n\n"),
    [error, which, versions, migrations, last].join("\n\n"),
    [error, which, versions, migrations].join("\n\n"),
    [error, which, versions].join("\n\n"),
    [which, versions].join("\n\n"),
  ]);
  return `${[...all, `## ${sections.issue}\n\n${link.hint}\n\n${link.url}`].join("\n\n")}\n`;
}

/** Makes a part of a report; one that fails says so in its place. */
export function guarded(make: () => string): string {
  try {
    return make();
  } catch (error) {
    return messages.partFailed(code(error instanceof Error ? error.message : String(error)));
  }
}

function titleOf({ asked, database, lastFailure }: ReportData): string {
  const unsolved = lastFailure?.solvedAt === null ? lastFailure : null;
  const target = database?.target ?? (database === null ? (unsolved?.target ?? null) : asked);
  const where = target === null ? null : messages.locationText(target.location);
  return messages.issueTitle(database?.error?.code ?? unsolved?.code ?? null, where);
}

/** What failed, and what to do. */
export function errorText(database: DatabasePart | null, lastFailure: LastFailure | null): string {
  const error = database?.error ?? null;
  if (database === null || error === null) {
    const before = lastFailure?.solvedAt === null ? ` ${messages.errorBefore}` : "";
    return `${messages.noError}${before}`;
  }
  const parts = [`**${error.code}**`, block(error.message, "text"), messages.appliedText(database.applied)];
  return [...parts, `What to do:\n\n${block(error.advice, "text")}`, furtherText(database)]
    .filter(Boolean)
    .join("\n\n");
}

/** Wrangler's output, or the stack trace of a bug in this program: collapsed, since they are long. */
function furtherText({ said, stack }: { said: string | null; stack?: string | null }): string {
  const parts = [
    ["What wrangler said", said],
    ["Where it happened", stack],
  ] as const;
  return parts
    .flatMap(([title, text]) => (text?.trim() ? [folded(title, block(text.trim(), "text"))] : []))
    .join("\n\n");
}

/** Versions of what runs here, and the system. */
export function versionsText(facts: Environment): string {
  const { wrangler, project } = facts;
  return factList([
    ["kv-manager-upgrade", code(facts.tool)],
    ["Node", code(facts.node)],
    ["wrangler", "found" in wrangler ? code(wrangler.found) : messages.partFailed(code(wrangler.failed))],
    ["Package manager", code(facts.packageManager)],
    ["System", code(facts.system)],
    [
      "Project",
      "failed" in project
        ? messages.partFailed(code(project.failed))
        : project.found === null
          ? messages.notKnown
          : code(project.found),
    ],
    ["Surroundings", facts.surroundings.map(code).join(", ")],
  ]);
}

/** The configs and their databases. */
export function configsText({ configs }: Environment): string {
  if ("failed" in configs) return messages.partFailed(code(configs.failed));
  const { files, broken } = configs.found;
  const rows = files.flatMap(({ config, databases }) =>
    databases.length === 0
      ? [[code(config), "(no D1 database)", "", "", "", ""]]
      : databases.map((database) => [code(config), ...databaseRow(database)]),
  );
  return [
    rows.length === 0
      ? ""
      : markdownTable(["Config", "Environment", "Binding", "Database", "Id (shortened)", "Local copy"], rows),
    ...broken.map(({ config, problem }) => `Cannot be read: ${code(config)}. ${code(problem)}`),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function databaseRow({ env, binding, database, databaseId, previewDatabaseId, localCopy }: FoundDatabase) {
  const id = databaseId ? code(databaseId) : "none";
  return [
    env === null ? "" : code(env),
    code(binding),
    database === null ? "" : code(database),
    previewDatabaseId ? `${id}, preview ${code(previewDatabaseId)}` : id,
    localCopy === null ? messages.copies.unknown : localCopy ? messages.copies.there : messages.copies.none,
  ];
}

/** What failed last on this computer. */
export function lastFailureText(failure: LastFailure | null): string {
  if (failure === null) return messages.noFailureKept;
  const { target } = failure;
  const facts: [string, string][] = [
    ["When", code(failure.at)],
    ["Command", code(failure.command)],
    ["Code", `**${failure.code.replace(/\W/g, "")}**`],
    ...(target === null ? [] : targetFacts(target)),
    [
      "Versions",
      code(
        `kv-manager-upgrade ${failure.tool}, Node ${failure.node}, wrangler ${failure.wrangler ?? "?"}, ${failure.system}`,
      ),
    ],
  ];
  return [
    messages.solvedText(failure.solvedAt),
    factList(facts),
    block(failure.message, "text"),
    messages.appliedText(failure.applied),
    `What to do:\n\n${block(failure.advice, "text")}`,
    furtherText(failure),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The schema, as `--snapshot` reads it. */
export function schemaText({ snapshot }: Pick<ReportData, "snapshot">): string {
  if (snapshot === null) return messages.noSchema;
  return folded(
    messages.schemaHint.split(":")[0] ?? "",
    `${messages.schemaHint}\n\n${snapshotBlock(snapshot, readCatalog())}`,
  );
}

/** Collapses the content. Markdown inside HTML needs blank lines around it. */
function folded(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
