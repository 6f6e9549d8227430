/** What is shown of a run, independent of its looks: terminal and web page share it. */
import { addDays } from "../lib/day.js";
import { restartContainer } from "../messages/container.js";
import * as versions from "../messages/kv-manager.js";
import * as messages from "../messages/run.js";
import type { Era } from "../plan/eras.js";
import type { Check, MigrationState } from "../plan/plan.js";
import type { Facts, Result } from "../run/result.js";

/** An era in words. */
export function eraText({ from, before }: Era): string {
  const { anyTime, before: until, since, between } = messages.deployed;
  if (from === null) return before === null ? anyTime : until(before);
  return before === null ? since(from) : between(from, addDays(before, -1));
}

/** Each migration's cells, under `messages.migrationHead`: name, status, and what it lacks, one a line. */
export function migrationRows(migrations: MigrationState[]): [string, string, string][] {
  return migrations.map((m) => [`${m.id} ${m.name}`, m.status, m.missing.join("\n")]);
}

/** How a migration's status looks. */
export const statusLooks: Record<MigrationState["status"], "good" | "warn" | "bad"> = {
  applied: "good",
  partial: "warn",
  pending: "warn",
  conflict: "bad",
};

/** The status of an object in a tree. */
export type TreeState = keyof typeof messages.tree;

/** An object under its table. */
export interface TreeLine {
  label: string;
  state: TreeState;
}

/** Shown before an object, so that color is not needed. */
export const treeMarks: Record<TreeState, string> = { there: " ", missing: "+", inTheWay: "!" };

/** What is there and what is missing, table by table. */
export function tree(checks: Check[]): { table: string; lines: TreeLine[] }[] {
  const tables = new Map<string, TreeLine[]>();
  for (const { provides, object, ok, actual } of checks) {
    const table = provides.kind === "table" ? provides.name : provides.table;
    const label = provides.kind === "column" ? `column ${provides.column.name}` : object;
    const state = ok ? "there" : actual === null ? "missing" : "inTheWay";
    tables.set(table, [...(tables.get(table) ?? []), { label, state }]);
  }
  return [...tables].map(([table, lines]) => ({ table, lines }));
}

/** Shown before the word of a check. */
export const checkMarks = { good: "✓", bad: "✗" };

/** A row of the verification table: its first cells, under `messages.checkHead`, and the word in the last one. */
export function checkRow({ object, expected, actual, ok }: Check): {
  cells: [string, string, string];
  word: string;
  ok: boolean;
} {
  const good = expected === actual ? messages.check.ok : messages.check.differs;
  const bad = actual === null ? messages.check.missing : messages.check.conflict;
  return { cells: [object, expected, actual ?? messages.check.nothing], word: ok ? good : bad, ok };
}

/** A keyword of SQL: in sql/, any word in capitals. */
export const sqlKeyword = /\b[A-Z][A-Z_]+\b/g;

/**
 * Says which KV Manager the plan is for, and why.
 * @param sentences one for each source of the version
 */
export function plannedFor(
  { kvManager, versionNote, savedFrom, snapshot, connection }: Facts,
  sentences = versions.plannedFor,
): string {
  if (versionNote !== null) return versionNote;
  const { version, from } = kvManager;
  const saved = connection === null && snapshot !== null && savedFrom !== null;
  return from === "checkout" && saved ? versions.plannedForSaved(version) : sentences[from](version);
}

/** In one or two sentences, how a run ended and what that means for the database. */
export function closingSentence(result: Result): string {
  const n = result.statements.length;
  const { added } = result;
  switch (result.outcome) {
    case "up-to-date":
      return result.connection === null ? messages.ended.nothingPredicted : messages.ended.upToDate;
    case "pending":
      return result.prepared.length === 0
        ? messages.ended.pending(n)
        : messages.ended.pendingAfter(n, result.prepared);
    case "upgraded":
    case "set-up":
      if (added?.addedBy === "another-run") return messages.ended.byAnother(result.prepared);
      if (result.setsUp) return messages.ended.setUp;
      if (added?.addedBy === "unknown") return messages.ended.byOneOfTwo;
      return messages.ended.upgraded(added?.ownPlan?.statements.length ?? n);
    case "empty":
      return result.problem === null
        ? messages.ended.leftEmpty(result.prepared)
        : messages.changed(result.prepared);
    case "cancelled":
      if (result.applied === true) return messages.ended.cancelledLater(result.setsUp);
      return messages.ended.cancelled(result.prepared);
    default:
      return result.applied === null ? "" : messages.changed(result.prepared);
  }
}

/**
 * What to do after the database is done.
 * @param setsUp whether it was a first setup
 * @param mounted whether its state is a folder that may be mounted into a container
 */
export function nextAfter(setsUp: boolean, location: string, mounted: boolean): string {
  if (mounted) return restartContainer(setsUp);
  if (setsUp) return location === "local" ? messages.next.startFirst : messages.next.deployFirst;
  return location === "remote" ? messages.next.deploy : messages.next.deployedToo;
}
