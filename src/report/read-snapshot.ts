import type { Request } from "../command-line/request.js";
import { takeKvManager } from "../flow/kv-manager.js";
import type { Catalogue } from "../plan/catalogue.js";
import { erasOf } from "../plan/eras.js";
import { planUpgrade } from "../plan/plan.js";
import { Problem } from "../problem.js";
import { fillFromPlan, type Result } from "../result.js";
import * as words from "../words/snapshot-file.js";
import { nameOf, readBounded } from "./bounded-input.js";
import { type SavedSchema, snapshotIn } from "./snapshot-in-text.js";

/** Some hundred times the schema of KV Manager. */
const longest = { bytes: 2 * 1024 * 1024, text: "2 MB", advice: words.adviceOnFile };

/**
 * Reads a saved schema.
 * @param source absolute path, or `-` for stdin
 * @param signal ends the reading
 * @throws {Problem} as `snapshotIn` and `readBounded`
 * @throws {Cancelled} when `signal` fired
 */
export async function readSnapshot(source: string, signal: AbortSignal | null): Promise<SavedSchema> {
  return snapshotIn(await readBounded(source, longest, signal), nameOf(source));
}

/**
 * Takes over what a saved schema lacks, as a live `status` would.
 * @throws {Problem} EMPTY_DATABASE, NOT_KV_MANAGER, CONFLICT; what is known is then in `result` all the same
 */
export function fillFromSnapshot(
  result: Result,
  { snapshot, target, kvManager, notes }: SavedSchema,
  request: Pick<Request, "forVersion">,
  catalogue: Catalogue,
): void {
  result.snapshot = snapshot;
  result.savedFrom = target;
  result.notes = notes;
  result.eras = erasOf(catalogue);
  const sources = { configPath: null, found: snapshot, saved: kvManager };
  const plan = planUpgrade(snapshot, takeKvManager(result, request, sources, catalogue));
  fillFromPlan(result, plan);
  const problem = (code: Problem["code"], { message, advice }: { message: string; advice: string }) =>
    new Problem(code, message, advice);
  if (plan.database === "empty") throw problem("EMPTY_DATABASE", words.emptySnapshot);
  if (plan.database === "foreign") throw problem("NOT_KV_MANAGER", words.foreignSnapshot);
  if (plan.conflicts.length > 0) throw problem("CONFLICT", words.conflictInSnapshot(plan.conflicts));
  result.outcome = plan.statements.length > 0 ? "pending" : "up-to-date";
}
