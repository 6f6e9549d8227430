import { written } from "../messages/run.js";
import { recordChange, writeIsKnown } from "../run/record.js";
import type { Facts } from "../run/result.js";

/** Records a write, so that a failure with a later database does not claim that nothing was changed. */
export function rememberWrite({ connection, applied, added, setsUp }: Facts): void {
  if (applied !== null) writeIsKnown();
  if (connection === null || applied === false || added?.addedBy === "another-run") return;
  const { target, location } = connection;
  recordChange(
    written(`${location} database ${target.database ?? target.binding}`, setsUp, applied === true),
  );
}
