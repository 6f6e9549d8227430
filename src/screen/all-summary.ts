import { visibleText } from "../lib/visible-text.js";
import * as messages from "../messages/all.js";
import { ended, next, note, nothingChanged } from "../messages/run.js";
import { indented } from "../messages/shared.js";
import { type Entry, isPending } from "../run/entry.js";
import { runSoFar } from "../run/record.js";
import type { Request } from "../run/request.js";
import type { Facts } from "../run/result.js";
import { stateOf, tableOfAll } from "./all-table.js";
import { connectionLine } from "./connection-line.js";
import { nextAfter, plannedFor } from "./contents.js";
import { statementsText } from "./parts.js";
import { commandForAll } from "./rerun-command.js";
import type { Style } from "./style.js";
import { backupLine, errorLine, undoInstructions } from "./summary.js";
import { wrap } from "./wrap.js";

/** What to show for several databases besides their table. */
export interface SummaryOptions {
  /** Whether to show the pending SQL: for a dry run. */
  sql: boolean;
  /** Whether the run has ended, so that next steps are shown. */
  ended: boolean;
  /** Whether the commands that continue do so without asking. */
  yes: boolean;
  /** Bindings without a database, as a sentence; null if there are none. */
  note: string | null;
}

/** The text of a run on several databases: their table, what is wrong, how to restore, how it ended, next steps. */
export function summaryOfAll(
  entries: Entry[],
  request: Request,
  style: Style,
  shown: SummaryOptions,
): string {
  if (entries.some(leftWhileReading) && !hasChanged(entries))
    return wrap(style.bold(ended.cancelled([])), style.width);
  const parts = [
    plannedLines(entries, style),
    tableOfAll(entries, style),
    shown.note === null ? "" : wrap(note(shown.note), style.width),
    notes(entries, style),
    problemsOfAll(entries, style),
    shown.sql ? pendingSql(entries, style) : "",
    allWaysBack(entries, style),
    endOfAll(entries, style),
    shown.ended ? nextSteps(entries, request, shown.yes, style) : "",
  ];
  return parts.filter(Boolean).join("\n\n");
}

function leftWhileReading({ tried, result }: Entry): boolean {
  return tried && result.outcome === "cancelled" && result.snapshot === null;
}

/** Which KV Manager the plans are for; once if it is the same for all. */
function plannedLines(entries: Entry[], style: Style): string {
  const read = entries.filter(({ result }) => result.snapshot !== null);
  return grouped(read, ({ result }) => plannedFor(result))
    .map(([sentence, some]) => only(some, read, sentence, style))
    .join("\n");
}

function notes(entries: Entry[], style: Style): string {
  const all = entries.flatMap((entry) =>
    [...entry.result.notes, ...entry.result.remarks, ...entry.result.differences].map((text) => ({
      entry,
      text,
    })),
  );
  return grouped(all, ({ text }) => text)
    .map(([text, some]) =>
      only(
        some.map(({ entry }) => entry),
        entries,
        note(text),
        style,
      ),
    )
    .join("\n");
}

/** Each failure once, with all databases that it affects. */
export function problemsOfAll(entries: Entry[], style: Style): string {
  const failed = entries.filter(
    ({ result }) => result.problem !== null && result.outcome !== "not-kv-manager",
  );
  return grouped(failed, ({ result }) => JSON.stringify([result.problem?.message, result.problem?.advice]))
    .flatMap(([, some]) => {
      const problem = some[0]?.result.problem;
      if (!problem) return [];
      const whose = `${messages.affects}\n${lines(some)}`;
      return [wrap([errorLine(problem, style), whose, problem.advice].join("\n"), style.width)];
    })
    .join("\n\n");
}

function pendingSql(entries: Entry[], style: Style): string {
  const pending = entries.filter(isPending);
  return grouped(pending, ({ result }) => result.statements.map((s) => s.sql).join("\n"))
    .map(([, some]) => {
      const head = style.bold(`${messages.sqlFor}\n`) + lines(some);
      return `${wrap(head, style.width)}\n\n${statementsText(some[0]?.result.statements ?? [], style)}`;
    })
    .join("\n\n");
}

function allWaysBack(entries: Entry[], style: Style): string {
  const back = entries.flatMap((entry) => {
    const { connection, result } = entry;
    if (connection === null || isUntouched(result)) return [];
    const ways = [backupLine(result, style), undoInstructions(result, connection, style)].filter(Boolean);
    return ways.length === 0 ? [] : [[style.bold(wrap(nameOf(entry), style.width)), ...ways].join("\n")];
  });
  return back.join("\n\n");
}

function isUntouched({ applied, backup, restorePoint }: Facts): boolean {
  return applied === false && backup === null && restorePoint === null;
}

/** How many databases are in each state, and what that means. */
function endOfAll(entries: Entry[], style: Style): string {
  const databases = entries.filter(({ connection }) => connection !== null);
  const kinds = grouped(databases, (entry) => messages.states[stateOf(entry)]);
  const states = kinds.map(([word, some]): [string, number] => [word, some.length]);
  const sentences = [messages.counts(databases.length, states, entries.length - databases.length)];
  if (entries.some(isUnfinished))
    sentences.push(messages.stopped[wasCancelled(entries) ? "cancelled" : "failed"]);
  else if (wasCancelled(entries)) sentences.push(messages.stopped.cancelledLast);
  if (!hasChanged(entries)) sentences.push(nothingChanged);
  return wrap(style.bold(sentences.join(" ")), style.width);
}

/** Whether a database was or may have been written to, including by an earlier attempt. */
function hasChanged(entries: Entry[]): boolean {
  return runSoFar().changes.length > 0 || entries.some(({ result }) => result.applied !== false);
}

/** Whether the run ended before this database, or was cancelled at it without a write. */
function isUnfinished({ tried, result }: Entry): boolean {
  return !tried || (result.outcome === "cancelled" && result.applied === false);
}

function wasCancelled(entries: Entry[]): boolean {
  return entries.some(({ result }) => result.outcome === "cancelled");
}

function nextSteps(entries: Entry[], request: Request, yes: boolean, style: Style): string {
  const again = (what: string) => wrap(`${what}\n  ${commandForAll("", request, yes)}`, style.width);
  if (entries.some(isUnfinished))
    return again(wasCancelled(entries) ? messages.next.goOnAfterCancel : messages.next.goOn);
  if (entries.some(isPending)) return again(messages.next.apply);
  if (entries.some(hasFailed) && request.command === "upgrade") return again(messages.next.solved);
  const done = entries.filter(({ result }) => result.applied === true);
  if (done.length === 0) return "";
  const look = `${next.checkAgain}\n  ${commandForAll("status", request, false)}`;
  return `${wrap(afterwards(entries, done), style.width)}\n\n${look}`;
}

/** Whether something must be solved first; an empty database, or one of another application, may stay as it is. */
function hasFailed({ result }: Entry): boolean {
  return result.problem !== null && result.outcome !== "not-kv-manager" && result.outcome !== "empty";
}

/** What to do after the databases are done. */
function afterwards(entries: Entry[], done: Entry[]): string {
  const isReady = entries.some(
    ({ connection, result }) => connection?.location === "remote" && result.problem === null,
  );
  if (isReady) return messages.next.deploy;
  const persistTo = done.at(-1)?.connection?.persistTo ?? null;
  return nextAfter(false, "local", persistTo !== null);
}

/** The name of one database among several. */
function nameOf({ connection, config }: Entry): string {
  return connection === null ? visibleText(config ?? "") : connectionLine(connection);
}

function lines(entries: Entry[]): string {
  return indented(entries.map(nameOf));
}

/** A sentence, followed by the databases that it is about unless it is about all. */
function only(some: Entry[], all: Entry[], sentence: string, style: Style): string {
  return wrap(some.length === all.length ? sentence : `${sentence}\n${lines(some)}`, style.width);
}

/** Groups by key, in the order in which each key first appears. */
function grouped<T>(all: T[], keyOf: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups];
}
