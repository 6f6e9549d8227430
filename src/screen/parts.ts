import { addDays } from "../day.js";
import type { Era } from "../plan/eras.js";
import type { Check, MigrationState, PlannedStatement } from "../plan/plan.js";
import type { Result } from "../result.js";
import * as words from "../words/run.js";
import type { Style } from "./style.js";
import { table } from "./table.js";
import { wrap, wrapHard } from "./wrap.js";

/** An era in words. */
export function eraText({ from, before }: Era): string {
  const { anyTime, before: until, since, between } = words.deployed;
  if (from === null) return before === null ? anyTime : until(before);
  return before === null ? since(from) : between(from, addDays(before, -1));
}

/** Every migration with its status and what it lacks, as a table. */
export function migrationTable(migrations: MigrationState[], style: Style): string {
  const rows = migrations.map((m) => [`${m.id} ${m.name}`, m.status, m.missing.join("\n")]);
  const paint = (cell: string, column: number) => {
    if (column !== 1) return cell;
    if (cell === "applied") return style.good(cell);
    return cell === "conflict" ? style.bad(cell) : style.warn(cell);
  };
  return table(words.migrationHead, rows, style, paint);
}

/** The migrations that are pending, in one line; empty when none is. */
export function pendingLine(migrations: MigrationState[]): string {
  const open = migrations.filter((m) => m.status === "pending" || m.status === "partial");
  const names = open.map((m) => `${m.id} ${m.name}${m.status === "partial" ? ` (${words.partly})` : ""}`);
  return names.length === 0 ? "" : words.pending(names);
}

/**
 * What is there and what is missing, as a tree of tables: `+` and the word *missing* where something will be
 * added. Colour only repeats what the words say.
 */
export function differenceTree(checks: Check[], style: Style): string {
  const tables = new Map<string, string[]>();
  const line = (check: Check, label: string) => {
    if (check.ok) return style.dim(hanging("    ", `${label}  ${words.tree.there}`, style.width));
    return check.actual === null
      ? style.good(hanging("  + ", `${label}  ${words.tree.missing}`, style.width))
      : style.bad(hanging("  ! ", `${label}  ${words.tree.inTheWay}`, style.width));
  };
  for (const check of checks) {
    const { provides } = check;
    const owner = provides.kind === "table" ? provides.name : provides.table;
    const label = provides.kind === "column" ? `column ${provides.column.name}` : check.object;
    tables.set(owner, [...(tables.get(owner) ?? []), line(check, label)]);
  }
  return [...tables].map(([owner, lines]) => [style.bold(owner), ...lines].join("\n")).join("\n");
}

/** A line with a mark before it; on a narrow terminal its further lines stand under its text. */
function hanging(mark: string, text: string, width: number): string {
  return mark + wrapHard(text, width - mark.length).replaceAll("\n", `\n${" ".repeat(mark.length)}`);
}

/** The planned SQL as it can be copied: comments above the statements, each ended by a semicolon. */
export function sqlText(
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

/** SQL with its keywords in colour: in sql/ they are the words in capitals. Broken only where white space is. */
function highlighted(sql: string, { accent, width }: Pick<Style, "accent" | "width">): string {
  // The semicolon that follows needs room too.
  const lines = sql.split("\n").map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const rest = wrapHard(line.slice(indent.length), width - indent.length - 3).split("\n");
    return indent + rest.join(`\n${indent}  `);
  });
  return lines.join("\n").replace(/\b[A-Z][A-Z_]+\b/g, accent);
}

/** The verification table: each object as promised and as read from the database, with a word and a mark. */
export function verificationTable(checks: Check[], style: Style): string {
  const good = style.unicode ? "✓ " : "";
  const bad = style.unicode ? "✗ " : "! ";
  const rows = checks.map((check) => {
    const word = check.ok
      ? `${good}${check.expected === check.actual ? words.check.ok : words.check.differs}`
      : `${bad}${check.actual === null ? words.check.missing : words.check.conflict}`;
    return [check.object, check.expected, check.actual ?? words.check.nothing, word];
  });
  const paint = (cell: string, column: number) =>
    column === 3 ? (cell.startsWith(bad) ? style.bad(cell) : style.good(cell)) : cell;
  return table(words.checkHead, rows, style, paint);
}

/** In one or two sentences, how a run ended and what that means for the database. */
export function closingSentence(result: Result): string {
  const n = result.statements.length;
  const { added } = result;
  switch (result.outcome) {
    case "up-to-date":
      return result.connection === null ? words.ended.nothingPredicted : words.ended.upToDate;
    case "pending":
      return result.prepared.length === 0
        ? words.ended.pending(n)
        : words.ended.pendingAfter(n, result.prepared);
    case "upgraded":
    case "set-up":
      if (added?.by === "another-run") return words.ended.byAnother(result.prepared);
      if (result.setsUp) return words.ended.setUp;
      if (added?.by === "unknown") return words.ended.byOneOfTwo;
      return words.ended.upgraded(added?.own?.statements.length ?? n);
    case "empty":
      return result.problem === null
        ? words.ended.leftEmpty(result.prepared)
        : words.changed(result.prepared);
    case "cancelled":
      if (result.applied === true) return words.ended.cancelledLater(result.setsUp);
      return words.ended.cancelled(result.prepared);
    default:
      return result.applied === null ? "" : words.changed(result.prepared);
  }
}
