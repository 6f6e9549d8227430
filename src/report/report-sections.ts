import { messageOf } from "../lib/problem.js";
import * as messages from "../messages/support-report.js";
import { readCatalog } from "../plan/read-catalog.js";
import { snapshotBlock } from "../saved-schema/snapshot-block.js";
import type { Environment, FoundDatabase } from "./environment.js";
import { issueLink } from "./issue-link.js";
import type { LastFailure } from "./last-failure-file.js";
import { block, code, factList, markdownTable } from "./markdown.js";
import type { CommonData, DatabasePart, ReportData } from "./report-data.js";
import { targetFacts } from "./report-database.js";

/** What a report has once, however many databases it is about. */
interface CommonSections {
  head: string;
  versions: string;
  configs: string;
  last: string;
}

/** @param saved whether it is about a saved schema, which may come from another computer */
export function commonSections({ facts, lastFailure, at }: CommonData, saved: boolean): CommonSections {
  const here = saved ? `${messages.ofThisComputer}\n\n` : "";
  const { sections } = messages;
  return {
    head: `# ${messages.title}\n\n${messages.madeBy(facts.tool, at)}`,
    versions: section(sections.versions, () => here + versionsText(facts)),
    configs: section(sections.configs, () => here + configsText(facts)),
    last: section(sections.lastFailure, () =>
      saved ? messages.failureLeftOut : lastFailureText(lastFailure),
    ),
  };
}

/** Makes a section under its heading. */
export function section(title: string, make: () => string): string {
  return `## ${title}\n\n${guarded(make)}`;
}

/** Makes a part of a report; one that fails says so in its place. */
export function guarded(make: () => string): string {
  try {
    return make();
  } catch (error) {
    return messages.partFailed(code(messageOf(error)));
  }
}

/**
 * Joins the sections of a report, and adds the link that opens an issue.
 * @param title the issue's title
 * @param shorter ever fewer sections, for the issue's body if all of them are too long for a link
 */
export function withIssueLink(all: string[], title: string, shorter: string[][]): string {
  const joined = (sections: string[]) => sections.join("\n\n");
  const { hint, url } = issueLink(title, [all, ...shorter].map(joined));
  return `${joined([...all, `## ${messages.sections.issue}`, hint, url])}\n`;
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
function versionsText(facts: Environment): string {
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
    ["Terminal and environment", facts.surroundings.map(code).join(", ")],
  ]);
}

/** The configs and their databases. */
function configsText({ configs }: Environment): string {
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
function lastFailureText(failure: LastFailure | null): string {
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
