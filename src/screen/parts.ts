import * as messages from "../messages/run.js";
import { type Check, isOpen, type MigrationState, type PlannedStatement } from "../plan/plan.js";
import {
  checkMarks,
  checkRow,
  migrationRows,
  sqlKeyword,
  statusLooks,
  type TreeLine,
  tree,
  treeMarks,
} from "./contents.js";
import type { Style } from "./style.js";
import { table } from "./table.js";
import { wrap, wrapHard } from "./wrap.js";

/** Every migration with its status and what it lacks, as a table. */
export function migrationTable(migrations: MigrationState[], style: Style): string {
  const looks = migrations.map((m) => style[statusLooks[m.status]]);
  const paint = (line: string, column: number, row: number) =>
    column === 1 ? (looks[row]?.(line) ?? line) : line;
  return table(messages.migrationHead, migrationRows(migrations), style, paint);
}

/** The pending migrations, in one line; empty if there are none. */
export function pendingLine(migrations: MigrationState[]): string {
  const open = migrations.filter(isOpen);
  const names = open.map((m) => `${m.id} ${m.name}${m.status === "partial" ? ` (${messages.partly})` : ""}`);
  return names.length === 0 ? "" : messages.pending(names);
}

/**
 * What is there and what is missing, as a tree of tables: `+` and the word *missing* mark what will be added. Color
 * only repeats what the words say.
 */
export function differenceTree(checks: Check[], style: Style): string {
  const looks = { there: style.dim, missing: style.good, inTheWay: style.bad };
  const line = ({ label, state }: TreeLine) =>
    looks[state](hanging(`  ${treeMarks[state]} `, `${label}  ${messages.tree[state]}`, style.width));
  return tree(checks)
    .map(({ table, lines }) => [style.bold(table), ...lines.map(line)].join("\n"))
    .join("\n");
}

/** A line after a mark; on a narrow terminal, its other lines are indented to match. */
function hanging(mark: string, text: string, width: number): string {
  return mark + wrapHard(text, width - mark.length).replaceAll("\n", `\n${" ".repeat(mark.length)}`);
}

/** The planned SQL, ready to copy: comments above the statements, each of which ends with a semicolon. */
export function statementsText(
  statements: PlannedStatement[],
  style: Pick<Style, "accent" | "dim" | "width">,
): string {
  return statements
    .map(({ sql, comment }) => {
      const lines = wrap(comment.join("\n"), style.width - 3).split("\n");
      const above = comment.length === 0 ? [] : lines.map((line) => style.dim(`-- ${line}`));
      return [...above, `${highlighted(sql, style)};`].join("\n");
    })
    .join("\n\n");
}

/** SQL with its keywords in color, wrapped to the width; continuation lines are indented. */
function highlighted(sql: string, { accent, width }: Pick<Style, "accent" | "width">): string {
  // Leaves room for the semicolon that follows.
  const lines = sql.split("\n").map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const rest = wrapHard(line.slice(indent.length), width - indent.length - 3).split("\n");
    return indent + rest.join(`\n${indent}  `);
  });
  return lines.join("\n").replace(sqlKeyword, accent);
}

/** The verification table: each object as expected and as read from the database, with a word and a mark. */
export function verificationTable(checks: Check[], style: Style): string {
  const good = style.unicode ? `${checkMarks.good} ` : "";
  const bad = style.unicode ? `${checkMarks.bad} ` : "! ";
  const rows = checks.map((check) => {
    const { ok, word, cells } = checkRow(check);
    return [...cells, `${ok ? good : bad}${word}`];
  });
  const paint = (line: string, column: number, row: number) =>
    column === 3 ? (checks[row]?.ok ? style.good(line) : style.bad(line)) : line;
  return table(messages.checkHead, rows, style, paint);
}
