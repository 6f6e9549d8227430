import { Problem } from "../lib/problem.js";
import type { Catalogue } from "../plan/catalogue.js";
import { erasOf } from "../plan/eras.js";
import type { KvManager } from "../plan/kv-manager.js";
import { planUpgrade } from "../plan/plan.js";
import { fillFromPlan, type Result, takeVersion } from "../run/result.js";
import * as words from "../words/snapshot-file.js";
import type { SavedSchema } from "./snapshot-in-text.js";

/**
 * Takes over what a saved schema lacks, as a live `status` would.
 * @param named the KV Manager that was asked for; null to go by what the schema says of itself
 * @throws {Problem} EMPTY_DATABASE, NOT_KV_MANAGER, CONFLICT; what is known is then in `result` all the same
 */
export function fillFromSnapshot(
  result: Result,
  { snapshot, target, kvManager, notes }: SavedSchema,
  named: KvManager | null,
  catalogue: Catalogue,
): void {
  result.snapshot = snapshot;
  result.savedFrom = target;
  result.notes = notes;
  result.eras = erasOf(catalogue);
  // Its checkout is on somebody else's computer.
  const sources = { named: named ?? kvManager, checkout: null, found: snapshot };
  const plan = planUpgrade(snapshot, takeVersion(result, sources, catalogue));
  fillFromPlan(result, plan);
  const problem = (code: Problem["code"], { message, advice }: { message: string; advice: string }) =>
    new Problem(code, message, advice);
  if (plan.database === "empty") throw problem("EMPTY_DATABASE", words.emptySnapshot);
  if (plan.database === "foreign") throw problem("NOT_KV_MANAGER", words.foreignSnapshot);
  if (plan.conflicts.length > 0) throw problem("CONFLICT", words.conflictInSnapshot(plan.conflicts));
  result.outcome = plan.statements.length > 0 ? "pending" : "up-to-date";
}
