import type { Interruption } from "../../lib/interruption.js";
import { backupWithoutPreview } from "../../messages/all.js";
import type { Connection } from "../../project/connection.js";
import { type Entry, isPending } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import { commandForAll } from "../../screen/rerun-command.js";
import { backupNames } from "./backup-names.js";

/** The upgrade of one of several databases. */
export interface Turn {
  entry: Entry;
  connection: Connection;
  /** The request for this database alone. */
  request: Request;
}

/**
 * Returns the databases with something pending, each with the request for it alone.
 * @throws {Problem} USAGE for a backup of a preview database; BACKUP_FAILED if a file of that name exists
 */
export async function turnsOf(entries: Entry[], request: Request): Promise<Turn[]> {
  const pending = entries.flatMap((entry) =>
    entry.connection !== null && isPending(entry) ? [{ entry, connection: entry.connection }] : [],
  );
  const connections = pending.map(({ connection }) => connection);
  const backups = request.backup === null ? [] : await backupsFor(connections, request.backup, request);
  return pending.map(({ entry, connection }, i) => {
    const { location } = connection;
    const backup = backups[i] ?? null;
    return { entry, connection, request: { ...request, command: "upgrade", all: false, location, backup } };
  });
}

/** Checks all backup files before anything is written. */
async function backupsFor(connections: Connection[], file: string, request: Request): Promise<string[]> {
  const preview = connections.filter(({ location }) => location === "preview");
  if (preview.length > 0)
    throw backupWithoutPreview(
      preview.map(({ target }) => target.database ?? target.binding),
      (["local", "remote", "preview"] as const).map((location) =>
        commandForAll("", { ...request, location, backup: location === "preview" ? null : file }, true),
      ),
    );
  const { checkBackupFile } = await import("../../database/backup.js");
  const files = backupNames(file, connections);
  for (const name of files) checkBackupFile(name);
  return files;
}

/**
 * Upgrades databases, one after the other, until one stops the rest or the user quits.
 * @param entries all databases, as they were read
 * @param take upgrades one; returns its result, and whether to go on with the next
 * @returns all of them as they are now
 */
export async function takeTurns(
  turns: Turn[],
  entries: Entry[],
  interruption: Interruption,
  take: (turn: Turn, nth: number) => Promise<{ result: Result; goesOn: boolean }>,
): Promise<Entry[]> {
  const now = new Map<Entry, Entry>();
  for (const [i, turn] of turns.entries()) {
    if (interruption.requested) break;
    const { result, goesOn } = await take(turn, i + 1);
    now.set(turn.entry, withResult(turn.entry, result));
    if (!goesOn) break;
  }
  return afterTurns(entries, interruption.requested, now);
}

/** Returns a database after its turn. If the user quit before it was reread, what the first read found still holds. */
function withResult(entry: Entry, result: Result): Entry {
  const unread = result.outcome === "cancelled" && result.snapshot === null;
  return { ...entry, result: unread ? { ...entry.result, outcome: "cancelled" } : result };
}

/**
 * Returns all databases as they are now. Those that had no turn but have something pending are marked as not tried.
 * @param left see `notTried`
 * @param now those that had their turn, keyed by their earlier entries
 */
export function afterTurns(entries: Entry[], left: boolean, now = new Map<Entry, Entry>()): Entry[] {
  return entries.map((entry) => now.get(entry) ?? (isPending(entry) ? notTried(entry, left) : entry));
}

/** @param left whether the user quit, so that this one was cancelled before its write */
function notTried(entry: Entry, left: boolean): Entry {
  const { result } = entry;
  return { ...entry, tried: false, result: left ? { ...result, outcome: "cancelled" } : result };
}
