import { visibleText } from "../lib/visible-text.js";
import type { Connection } from "../project/connection.js";
import { boundText } from "../project/targets.js";

/** The database in one line: its name, its location, and its binding and config. */
export function connectionLine({ target, location, persistTo }: Connection): string {
  const state = persistTo === null ? "" : `, state in ${persistTo}`;
  const name = target.database ?? target.binding;
  return visibleText(`${name} (${location}; ${boundText(target)}${state})`);
}
