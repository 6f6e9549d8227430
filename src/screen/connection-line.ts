import type { Connection } from "../database/connection.js";
import { printable } from "../printable.js";

/** The database in one line: which, where, and by which binding of which config. */
export function connectionLine({ target, location, persistTo }: Connection): string {
  const env = target.env === null ? "" : `, environment ${target.env}`;
  const state = persistTo === null ? "" : `, state in ${persistTo}`;
  const name = target.database ?? target.binding;
  return printable(`${name} (${location}; binding ${target.binding} in ${target.config}${env}${state})`);
}
