import { addDays } from "../lib/day.js";
import { visibleText } from "../lib/visible-text.js";
import * as messages from "../messages/all.js";
import { partly } from "../messages/run.js";
import { isOpen, type MigrationState } from "../plan/plan.js";
import type { Entry } from "../run/entry.js";
import type { Result } from "../run/result.js";
import { eraText } from "./contents.js";
import type { Style } from "./style.js";
import { table } from "./table.js";

/** A table with a row for every database: name and location, binding, schema, state, and what is pending. */
export function tableOfAll(entries: Entry[], style: Style): string {
  const looks = entries.map((entry) => style[stateLooks[stateOf(entry)] ?? "warn"]);
  const paint = (line: string, column: number, row: number) => {
    if (column === 0) return style.bold(line);
    return column === messages.head.length - 1 ? (looks[row]?.(line) ?? line) : line;
  };
  return table(messages.head, entries.map(cellsOf), style, paint, "\n\n");
}

const { states } = messages;
const stateLooks: Partial<Record<keyof typeof states, "good" | "bad">> = {
  ...{ "up-to-date": "good", upgraded: "good", "set-up": "good" },
  ...{ failed: "bad", conflict: "bad", unknown: "bad" },
};

function cellsOf(entry: Entry): string[] {
  const { connection, bound, config, result } = entry;
  const { cells } = messages;
  const { target } = connection ?? {};
  const binding = bound.map((t) => (t.unbound ? cells.byName : cells.bound(t.binding, t.config, t.env)));
  const name = visibleText(target?.database ?? target?.binding ?? cells.noDatabase);
  return [
    connection === null ? name : `${name}\n${connection.location}`,
    config ?? binding.map(visibleText).join("\n"),
    schemaOf(result),
    [stateText(entry), pendingIn(result)].filter(Boolean).join(" "),
  ];
}

/** The state of a database, which `messages.states` has in words. */
export function stateOf({ result: { outcome, applied }, tried }: Entry): keyof typeof states {
  if (!tried) return "not-tried";
  // The user cancelled, but the write in progress was finished.
  return outcome === "cancelled" && applied === true ? "upgraded" : outcome;
}

/** The same in a word or two; a failure has its error code. */
function stateText(entry: Entry): string {
  const state = stateOf(entry);
  const { problem } = entry.result;
  return state === "failed" && problem !== null ? `${states.failed}\n(${problem.code})` : states[state];
}

function schemaOf({ snapshot, outcome, eraNow }: Result): string {
  const { cells } = messages;
  if (outcome === "empty") return cells.empty;
  if (outcome === "not-kv-manager") return cells.foreign;
  if (snapshot === null) return cells.notRead;
  if (eraNow === null) return cells.partly;
  const { from, before } = eraNow;
  return from === null || before === null ? eraText(eraNow) : cells.range(from, addDays(before, -1));
}

/** The ids of what is pending, or of what conflicts; three or more in a row become a range. */
function pendingIn({ snapshot, outcome, applied, migrations }: Result): string {
  if (snapshot === null || outcome === "empty" || outcome === "not-kv-manager" || applied !== false)
    return "";
  const counts = (m: MigrationState) => (outcome === "conflict" ? m.status === "conflict" : isOpen(m));
  const runs: { first: number; last: number }[] = [];
  for (const [i, migration] of migrations.entries()) {
    if (!counts(migration)) continue;
    const run = runs.at(-1);
    // A partly applied migration is listed on its own.
    const alone = migration.status === "partial" || migrations[i - 1]?.status === "partial";
    if (run?.last === i - 1 && !alone) run.last = i;
    else runs.push({ first: i, last: i });
  }
  const id = (i: number) =>
    `${migrations[i]?.id}${migrations[i]?.status === "partial" ? ` (${partly})` : ""}`;
  const texts = runs.flatMap(({ first, last }) => {
    if (last - first >= 2) return [messages.cells.range(id(first), id(last))];
    return first === last ? [id(first)] : [id(first), id(last)];
  });
  return texts.join(", ");
}
