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
import { localIdOf, type Target, targetFlags, targetLine } from "../project/targets.js";
import type { Ui } from "./ui.js";

/**
 * Makes sure that a given state folder contains the selected database, or at least none unknown to this project.
 * Otherwise wrangler would silently create a second database next to the one in use.
 * @param targets all databases of the configs
 * @throws {Problem} DATABASE_NOT_FOUND
 */
export function checkStateFolder(ui: Ui, { target, persistTo }: Connection, targets: Target[]): void {
  // If only the engine knows, nothing can be concluded from file names.
  if (persistTo === null || isKnownLocally(target, persistTo) !== false) return;
  const count = databasesIn(persistTo).length;
  if (count === 0) ui.notify(noDatabasesThere(persistTo));
  const others = targets.filter((t) => existsLocally(t, persistTo));
  const known = new Set(others.map(localIdOf));
  const [meant, there] = [targetLine(target), others.map(targetLine)];
  if (count > known.size) throw otherDatabases(persistTo, count, meant, there);
  // Everything there belongs to other databases of this project: this one is not there yet, or not the one meant.
  if (count > 0) ui.notify(wouldCreateDatabase(persistTo, there, meant));
}

/** Shows what to know before writing to a folder that a container may be using. */
export function tellBeforeWrite(ui: Ui, { target, persistTo }: Connection, setsUp: boolean): void {
  if (persistTo === null) return;
  ui.notify(stopContainerFirst(persistTo));
  ui.notify(useContainersWrangler(setsUp, targetFlags(target)));
}
