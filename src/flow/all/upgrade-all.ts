import { backupWithoutPreview } from "../../messages/all.js";
import type { Connection } from "../../project/connection.js";
import type { Target } from "../../project/targets.js";
import { type Entry, isPending } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import { commandForAll } from "../../screen/rerun-command.js";
import type { Context } from "../context.js";
import { rememberWrite } from "../remember-write.js";
import type { Ui } from "../ui.js";
import { upgrade } from "../upgrade.js";
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
  const backups =
    request.backup === null
      ? []
      : await backupsFor(
          pending.map((p) => p.connection),
          request.backup,
          request,
        );
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
 * Upgrades the databases with something pending, in their order. Stops at the first failure, or when the user wants to
 * quit.
 * @param entries as they were read
 * @param targets all databases of the configs
 * @param callbacks.begin called before each upgrade
 * @param callbacks.end called with the result of each successful upgrade
 * @returns all of them as they are now
 * @throws {Problem} see `turnsOf`; nothing was changed then
 */
export async function upgradeAll(
  entries: Entry[],
  request: Request,
  targets: Target[],
  ui: Ui,
  context: Context,
  callbacks: { begin: (turn: Turn, at: number, of: number) => void; end: (result: Result) => void },
): Promise<Entry[]> {
  const turns = await turnsOf(entries, request);
  const now = new Map<Entry, Entry>();
  for (const [i, turn] of turns.entries()) {
    const { entry, connection } = turn;
    if (context.interruption.requested) break;
    callbacks.begin(turn, i + 1, turns.length);
    // A local database is quick to reread. A deployed one was read a moment ago, and a batch that no longer fits is
    // refused as a whole.
    const found = connection.location === "local" ? null : entry.result.snapshot;
    const result = await upgrade(turn.request, ui, context, { connection, targets, found });
    rememberWrite(result);
    now.set(entry, withResult(entry, result));
    if (result.problem !== null || context.interruption.requested) break;
    callbacks.end(result);
  }
  return afterTurns(entries, context.interruption.requested, now);
}

/** Returns a database after its turn. If the user quit before it was reread, what the first read found still holds. */
export function withResult(entry: Entry, result: Result): Entry {
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
