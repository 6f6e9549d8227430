import { Problem } from "../lib/problem.js";
import * as messages from "../messages/snapshot-file.js";
import type { Catalog } from "../plan/catalog.js";
import { erasOf } from "../plan/eras.js";
import { chooseVersion, type KvManager, neededBy } from "../plan/kv-manager.js";
import { type Plan, planUpgrade } from "../plan/plan.js";
import { type Facts, factsOfPlan, noFacts } from "../run/result.js";
import type { SavedSchema } from "./snapshot-in-text.js";

/** What a saved schema shows, and why it cannot be upgraded; null if it can, or need not be. */
export interface SnapshotPlan {
  facts: Facts;
  problem: Problem | null;
}

/**
 * What a saved schema lacks, as a live `status` would report it.
 * @param named the KV Manager asked for; null to use what the schema says
 * @returns with the problem EMPTY_DATABASE, NOT_KV_MANAGER or CONFLICT, if it has one
 */
export function planSnapshot(
  { snapshot, target, kvManager, notes }: SavedSchema,
  named: KvManager | null,
  catalog: Catalog,
): SnapshotPlan {
  // Its checkout is on someone else's computer.
  const sources = { named: named ?? kvManager, checkout: null, found: snapshot };
  const chosen = chooseVersion(sources, catalog);
  const plan = planUpgrade(snapshot, neededBy(chosen.kvManager.version, catalog));
  const saved = { snapshot, savedFrom: target, notes, eras: erasOf(catalog) };
  return { facts: { ...noFacts, ...saved, ...chosen, ...factsOfPlan(plan) }, problem: problemOf(plan) };
}

function problemOf(plan: Plan): Problem | null {
  const problem = (code: Problem["code"], { message, advice }: { message: string; advice: string }) =>
    new Problem(code, message, advice);
  if (plan.database === "empty") return problem("EMPTY_DATABASE", messages.emptySnapshot);
  if (plan.database === "foreign") return problem("NOT_KV_MANAGER", messages.foreignSnapshot);
  return plan.conflicts.length > 0 ? problem("CONFLICT", messages.conflictInSnapshot(plan.conflicts)) : null;
}
