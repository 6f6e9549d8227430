import { resolve } from "node:path";
import type { Snapshot } from "../database/snapshot.js";
import { versionAnswer } from "../messages/kv-manager.js";
import type { Catalog } from "../plan/catalog.js";
import { knownMajors, neededBy } from "../plan/kv-manager.js";
import { type Plan, planSetup, planUpgrade } from "../plan/plan.js";
import { readCatalog } from "../plan/read-catalog.js";
import type { Option } from "../prompts/prompter.js";
import type { Request } from "../run/request.js";
import { factsOfPlan, predictedFacts } from "../run/result.js";
import type { Run } from "./context.js";
import type { Inspected } from "./inspecting.js";
import { chooseKvManager } from "./kv-manager.js";
import type { VersionChoice } from "./ui.js";

/** What to write to a database. */
export interface Planned {
  plan: Plan;
  /** Makes the same plan for the schema as it is later. */
  replan: (found: Snapshot) => Plan;
}

/** `status --deployed` without a location only predicts, and connects to nothing. */
export function predictsOnly(request: Request): request is Request & { deployed: string } {
  return request.command === "status" && request.deployed !== null && request.location === null;
}

/** Adds what a database first deployed on a day should lack. @param day `YYYY-MM-DD` */
export function predict({ request, facts }: Run, day: string): void {
  const configPath = resolve(request.cwd, request.config ?? "wrangler.toml");
  const { chosen, needed } = chooseKvManager(request, { configPath, found: null }, readCatalog());
  facts.add({ ...predictedFacts(day, needed), ...chosen });
}

/**
 * Plans the upgrade, or the setup if that is wanted, for the KV Manager version that will use the database.
 * @param run.facts receives the schema, the version, and a first plan, before any question is asked
 * @returns null when the user goes back to the previous question
 * @throws {Cancelled}
 */
export async function planFor(
  { request, ui, facts }: Run,
  { database, found, catalog: all }: Inspected,
): Promise<Planned | null> {
  const { connection } = database;
  const { configPath } = connection.target;
  const { chosen, needed } = chooseKvManager(request, { configPath, found }, all);
  const first = planUpgrade(found, needed);
  facts.add({ snapshot: found, ...chosen, ...factsOfPlan(first) });
  const isEmpty = first.database === "empty";
  const asks = isEmpty && request.command === "upgrade";
  const setUp = asks
    ? await ui.confirmSetup(connection, database.exists())
    : isEmpty && request.command === "setup";
  if (setUp === null) return null;
  const make = setUp ? planSetup : planUpgrade;
  // A database that stays empty needs nothing, whichever version will use it.
  const wanted =
    isEmpty && !setUp
      ? chosen.kvManager
      : await ui.kvManager(facts.now, () => choicesFor([found], make, all));
  if (wanted === null) return null;
  facts.add({ kvManager: wanted });
  const catalog = neededBy(wanted.version, all);
  const replan = (snapshot: Snapshot) => {
    facts.add({ snapshot });
    return make(snapshot, catalog);
  };
  return { plan: replan(found), replan };
}

/**
 * Returns the answers to the question which KV Manager version will use databases.
 * @param recommended comes first; undefined for the oldest
 * @returns null if the version makes no difference, so that nobody need be asked
 */
export function versionOptions(
  majors: VersionChoice[],
  recommended: string | undefined,
): Option<string>[] | null {
  if (new Set(majors.map((major) => major.statements)).size < 2) return null;
  return majors
    .map((major) => ({ value: major.version, ...versionAnswer(major) }))
    .sort((a, b) => Number(b.value === recommended) - Number(a.value === recommended));
}

/** Returns each major version of KV Manager with what it needs from one database, or from several together. */
export function choicesFor(found: Snapshot[], make: typeof planUpgrade, all: Catalog): VersionChoice[] {
  return knownMajors(all).map((version) => ({
    version,
    newest: all.newest,
    statements: found.flatMap((one) => make(one, neededBy(version, all)).statements).length,
  }));
}
