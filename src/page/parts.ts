/** What the page shows of a result. The contents come from the same functions as in the terminal. */

import * as messages from "../messages/page.js";
import * as run from "../messages/run.js";
import type { Check, MigrationState, PlannedStatement } from "../plan/plan.js";
import { oneLine } from "../plan/sql-tokens.js";
import { undoStatements } from "../plan/undo.js";
import type { Result } from "../run/result.js";
import { commandsByHand } from "../screen/commands-by-hand.js";
import {
  checkMarks,
  checkRow,
  migrationRows,
  sqlKeyword,
  statusLooks,
  tree,
  treeMarks,
} from "../screen/contents.js";
import { buttonRow, copyable, copyButton, downloadButton } from "./buttons.js";
import { type Child, details, element, shown } from "./elements.js";

const treeLooks = { there: "there", missing: "good", inTheWay: "bad" };

/** What is there and what is missing, table by table. */
export function treeList(checks: Check[]): HTMLElement {
  return element(
    "ul",
    { class: "tree" },
    ...tree(checks).map(({ table, lines }) =>
      element(
        "li",
        {},
        element("strong", {}, table),
        element(
          "ul",
          {},
          ...lines.map(({ label, state }) =>
            element(
              "li",
              { class: treeLooks[state] },
              element("span", { class: "mark", "aria-hidden": "true" }, treeMarks[state]),
              `${label}: ${run.tree[state]}`,
            ),
          ),
        ),
      ),
    ),
  );
}

/** Every migration with its status and what it lacks. */
export function migrationTable(migrations: MigrationState[]): HTMLElement {
  const looks = migrations.map((m) => statusLooks[m.status]);
  return table(run.migrationHead, migrationRows(migrations), (row, column) =>
    column === 1 ? looks[row] : undefined,
  );
}

/** The verification table. */
export function checkTable(checks: Check[]): HTMLElement {
  const rows = checks.map(checkRow);
  const cells = rows.map(({ cells, word, ok }) => [
    ...cells,
    `${ok ? checkMarks.good : checkMarks.bad} ${word}`,
  ]);
  return table(run.checkHead, cells, (row, column) =>
    column === 3 ? (rows[row]?.ok === true ? "good" : "bad") : undefined,
  );
}

/** A table with explicit roles: on a narrow screen it is laid out as a list, and some browsers would drop them. */
function table(
  head: string[],
  rows: string[][],
  look: (row: number, column: number) => string | undefined,
): HTMLElement {
  const heads = head.map((text) => element("th", { scope: "col", role: "columnheader" }, text));
  const cell = (text: string, row: number, column: number) =>
    column === 0
      ? element("th", { scope: "row", role: "rowheader" }, shown(text))
      : element(
          "td",
          { role: "cell", "data-head": head[column] ?? "", class: look(row, column) ?? false },
          shown(text),
        );
  return element(
    "table",
    { role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
    element(
      "tbody",
      { role: "rowgroup" },
      ...rows.map((row, r) => element("tr", { role: "row" }, ...row.map((text, c) => cell(text, r, c)))),
    ),
  );
}

/** Statements with their comments, as in a file in sql/. */
function withComments(statements: PlannedStatement[]): string {
  return statements
    .map(({ sql, comment }) => [...comment.map((line) => `-- ${line}`), `${sql};`].join("\n"))
    .join("\n\n");
}

/** Statements for the D1 console: one a line and no comments, since a console may drop line breaks. */
function forConsole(statements: PlannedStatement[]): string {
  return statements.map(({ sql }) => `${oneLine(sql)};`).join("\n");
}

/** The SQL, highlighted, to copy or save, and the same as wrangler commands. */
export function sqlPart(result: Result): HTMLElement[] {
  const text = withComments(result.statements);
  const block = element("pre", { class: "sql" }, ...highlighted(text));
  const { commands } = commandsByHand(result, { binding: null, config: null, env: null, forVersion: null });
  return [
    element("p", {}, messages.sql.copyHint),
    buttonRow(
      copyButton(messages.sql.copy, forConsole(result.statements), block),
      downloadButton(messages.sql.download, `${text}\n`, messages.sql.fileName),
    ),
    block,
    details(messages.subheadings.commands, ...copyable(commands.join("\n"), messages.sql.copyCommands)),
  ];
}

/** The statements that remove what the SQL adds. */
export function backPart(statements: PlannedStatement[]): HTMLElement {
  const lines = undoStatements(statements).map((sql) => `${sql};`);
  return details(
    messages.subheadings.back,
    element("p", {}, run.next.undo),
    ...copyable(lines.join("\n"), messages.sql.copyBack),
  );
}

/** SQL with its comments and keywords highlighted. */
function highlighted(text: string): Child[] {
  return text.split(/^(--.*\n)/m).flatMap((part) => {
    if (part.startsWith("--")) return [element("span", { class: "note" }, part)];
    const keywords = [...part.matchAll(sqlKeyword)].map(([word]) => element("span", { class: "word" }, word));
    return part.split(sqlKeyword).flatMap((between, i) => [between, keywords[i] ?? null]);
  });
}
