import {
  noDatabasesThere,
  otherDatabases,
  stopContainerFirst,
  useContainersWrangler,
  wouldCreateDatabase,
} from "../messages/container.js";
import type { Connection } from "../project/connection.js";
import { existsLocally, isKnownLocally } from "../project/local-state.js";
import { databasesIn } from "../project/state-folder.js";
import { databaseIdAt, type Target, targetFlags, targetLine } from "../project/targets.js";
import type { Ui } from "./ui.js";

/**
 * Makes sure that a given state folder has the database that is meant, or no other that nobody here knows. Else
 * wrangler would quietly begin a second one beside the one that is used.
 * @param targets all databases of the configs
 * @throws {Problem} DATABASE_NOT_FOUND
 */
export function checkStateFolder(ui: Ui, { target, persistTo }: Connection, targets: Target[]): void {
  // Where only the engine knows, nothing can be concluded from names.
  if (persistTo === null || isKnownLocally(target, persistTo) !== false) return;
  const count = databasesIn(persistTo).length;
  if (count === 0) ui.notify(noDatabasesThere(persistTo));
  const others = targets.filter((t) => existsLocally(t, persistTo));
  const known = new Set(others.map((t) => databaseIdAt(t, "local")));
  const [meant, there] = [targetLine(target), others.map(targetLine)];
  if (count > known.size) throw otherDatabases(persistTo, count, meant, there);
  // All that is there belongs to other databases of this project: this one is just not there yet, or not meant.
  if (count > 0) ui.notify(wouldCreateDatabase(persistTo, there, meant));
}

/** What to know before a write into a folder that a container may use. */
export function tellBeforeWrite(ui: Ui, { target, persistTo }: Connection, setsUp: boolean): void {
  if (persistTo === null) return;
  ui.notify(stopContainerFirst(persistTo));
  ui.notify(useContainersWrangler(setsUp, targetFlags(target)));
}
