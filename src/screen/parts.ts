import type { Connection } from "../database/arguments.js";
import { addDays } from "../day.js";
import type { Era } from "../plan/eras.js";
import type { Check, MigrationState, PlannedStatement } from "../plan/plan.js";
import { printable } from "../printable.js";
import { type Result, whatChanged } from "../result.js";
import type { Style } from "./style.js";
import { table } from "./table.js";
import { wrap, wrapHard } from "./wrap.js";

/** The database in one line: which, where, and by which binding of which config. */
export function connectionLine({ target, location, persistTo }: Connection): string {
  const env = target.env === null ? "" : `, environment ${target.env}`;
  const state = persistTo === null ? "" : `, state in ${persistTo}`;
  const name = target.database ?? target.binding;
  return printable(`${name} (${location}; binding ${target.binding} in ${target.config}${env}${state})`);
}

/** An era in words. */
export function eraText({ from, before }: Era): string {
  if (from === null) return before === null ? "at any time" : `before ${before}`;
  return before === null ? `on or after ${from}` : `from ${from} to ${addDays(before, -1)}`;
}

/** Every migration with its status and what it lacks, as a table. */
export function migrationTable(migrations: MigrationState[], style: Style): string {
  const rows = migrations.map((m) => [`${m.id} ${m.name}`, m.status, m.missing.join("\n")]);
  const paint = (cell: string, column: number) => {
    if (column !== 1) return cell;
    if (cell === "applied") return style.good(cell);
    return cell === "conflict" ? style.bad(cell) : style.warn(cell);
  };
  return table(["Migration", "Status", "Missing"], rows, style, paint);
}

/**
 * What is there and what is missing, as a tree of tables: `+` and the word *missing* where something will be
 * added. Colour only repeats what the words say.
 */
export function differenceTree(checks: Check[], style: Style): string {
  const tables = new Map<string, string[]>();
  const line = (check: Check, label: string) => {
    if (check.ok) return style.dim(hanging("    ", `${label}  there`, style.width));
    return check.actual === null
      ? style.good(hanging("  + ", `${label}  missing`, style.width))
      : style.bad(hanging("  ! ", `${label}  in the way`, style.width));
  };
  for (const check of checks) {
    const [kind = "", name = ""] = check.object.split(" ");
    const owner =
      kind === "column" ? (name.split(".")[0] ?? name) : kind === "table" ? name : tableOfIndex(check);
    const label = kind === "column" ? `column ${name.slice(owner.length + 1)}` : check.object;
    tables.set(owner, [...(tables.get(owner) ?? []), line(check, label)]);
  }
  return [...tables].map(([owner, lines]) => [style.bold(owner), ...lines].join("\n")).join("\n");
}

/** A line with a mark before it; on a narrow terminal its further lines stand under its text. */
function hanging(mark: string, text: string, width: number): string {
  return mark + wrapHard(text, width - mark.length).replaceAll("\n", `\n${" ".repeat(mark.length)}`);
}

/** The table that an index is on, from its text `ON table (…)`. */
function tableOfIndex(check: Check): string {
  return /ON (\S+) \(/.exec(check.expected)?.[1] ?? check.object;
}

/** The planned SQL as it can be copied: comments above the statements, each ended by a semicolon. */
export function sqlText(statements: PlannedStatement[], style: Style): string {
  return statements
    .map(({ sql, comment }) => {
      const lines = wrap(comment.join("\n"), style.width - 3).split("\n");
      const above = comment.length === 0 ? [] : lines.map((line) => style.dim(`-- ${line}`));
      return [...above, `${style.accent(sql)};`].join("\n");
    })
    .join("\n\n");
}

/** The verification table: each object as promised and as read from the database, with a word and a mark. */
export function verificationTable(checks: Check[], style: Style): string {
  const good = style.unicode ? "✓" : "[ok]";
  const bad = style.unicode ? "✗" : "[!!]";
  const rows = checks.map((check) => {
    const word = check.ok
      ? `${good} ${check.expected === check.actual ? "ok" : "ok, differs"}`
      : `${bad} ${check.actual === null ? "missing" : "conflict"}`;
    return [check.object, check.expected, check.actual ?? "nothing", word];
  });
  const paint = (cell: string, column: number) =>
    column === 3 ? (cell.startsWith(bad) ? style.bad(cell) : style.good(cell)) : cell;
  return table(["Object", "Expected", "Found", "Result"], rows, style, paint);
}

/** In one sentence, how a run ended and what that means for the database. */
export function closingSentence(result: Result): string {
  const n = result.statements.length;
  switch (result.outcome) {
    case "up-to-date":
      return result.connection === null ? "Nothing should be pending." : "The database is up to date.";
    case "pending":
      return result.prepared.length === 0
        ? `${count(n, "statement")} pending; nothing was changed.`
        : `${count(n, "statement")} pending. ${whatChanged(result)}`;
    case "upgraded":
      return `Upgraded: ${count(n, "statement")} applied in one step and verified in the database.`;
    case "set-up":
      return `Set up: the whole current schema was written and verified. No migration is needed.`;
    case "cancelled":
      return result.applied === true
        ? `Cancelled during the write: it was finished and verified, and the database is ${result.setsUp ? "set up" : "upgraded"}.`
        : `Cancelled. ${whatChanged(result)}`;
    default:
      return result.applied === null ? "" : whatChanged(result);
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
