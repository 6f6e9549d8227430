import type { Applied } from "../apply/apply.js";
import type { RestorePoint } from "../database/restore-point.js";
import type { Snapshot } from "../database/snapshot.js";
import { exitCodeOf, type Problem } from "../lib/problem.js";
import type { Catalogue } from "../plan/catalogue.js";
import { labelOf } from "../plan/describe.js";
import { type Era, eraOfDay, erasOf, predictPending } from "../plan/eras.js";
import {
  chooseVersion,
  defaultKvManager,
  type KvManager,
  neededBy,
  type VersionSources,
} from "../plan/kv-manager.js";
import type { Check, MigrationState, Plan, PlannedStatement } from "../plan/plan.js";
import type { Connection } from "../project/connection.js";
import type { TargetPart } from "../project/target-names.js";

/** In one word, how a run ended; the words are the contract's. */
export type Outcome =
  | ("up-to-date" | "pending" | "upgraded" | "set-up" | "empty")
  | ("not-kv-manager" | "conflict" | "failed" | "unknown" | "cancelled");

/** The name of the database that is really meant by a config's id, and a sentence about it. */
export interface OtherName {
  name: string;
  note: string;
}

/** All that is known of a run, filled step by step. Every user interface shows this value and nothing else. */
export interface Result {
  outcome: Outcome;
  connection: Connection | null;
  /** Which KV Manager the run plans for. */
  kvManager: KvManager;
  /** A sentence where a later version was named than all that is known; null otherwise. */
  versionNote: string | null;
  /** The era that the schema fits, as found; or the one that `--deployed` names where no database is read. */
  era: Era | null;
  /** The same as last read. */
  eraNow: Era | null;
  /** All eras that are known, to say what a date predicts. */
  eras: Era[];
  /** As found, before anything was applied. */
  migrations: MigrationState[];
  statements: PlannedStatement[];
  /** Whether this is a first set-up and no upgrade. */
  setsUp: boolean;
  /** What this run has changed before any statement of this database, in earlier runs of the wizard too: sentences. */
  prepared: string[];
  /** Whether a first set-up still lacks a config or an id: only set-up itself can go on. */
  unprepared: boolean;
  /** Said in place of what the schema says, where a first set-up could not look at the database yet. */
  unread: string | null;
  /** Whether the statements are in the database now; null when unknown. */
  applied: boolean | null;
  /** Who added what was missing, and what of it is this run's; null until it is there. */
  added: Pick<Applied, "by" | "own"> | null;
  /** Absolute path of the backup that was made before the write. */
  backup: string | null;
  /** As last read. */
  checks: Check[];
  differences: string[];
  /** What the plan says of the database beside what is missing: sentences. */
  remarks: string[];
  /** The schema as last read; null where none was. */
  snapshot: Snapshot | null;
  /** Which database a saved schema is of, as its report names it; null where none was read or nothing is said. */
  savedFrom: TargetPart | null;
  /** Things worth knowing that are no failure, such as a config that could not be read. */
  notes: string[];
  /** Where the config names another database than the one that it has the id of. */
  otherName: OtherName | null;
  /** The way back, once a write to a deployed database has begun. */
  restorePoint: RestorePoint | null;
  problem: Problem | null;
}

/** A run about which nothing is known yet. */
export function blankResult(): Result {
  return {
    outcome: "failed",
    connection: null,
    kvManager: defaultKvManager,
    versionNote: null,
    era: null,
    eraNow: null,
    eras: [],
    migrations: [],
    statements: [],
    setsUp: false,
    prepared: [],
    unprepared: false,
    unread: null,
    applied: false,
    added: null,
    backup: null,
    checks: [],
    differences: [],
    remarks: [],
    snapshot: null,
    savedFrom: null,
    notes: [],
    otherName: null,
    restorePoint: null,
    problem: null,
  };
}

/**
 * Takes over for which KV Manager a run plans.
 * @param result gets the version, and a note where a later one was named than all that is known
 * @param sources what is known of it
 * @returns the part of the catalogue that this version needs
 */
export function takeVersion(result: Result, sources: VersionSources, catalogue: Catalogue): Catalogue {
  const { kvManager, note } = chooseVersion(sources, catalogue);
  result.kvManager = kvManager;
  result.versionNote = note;
  return neededBy(kvManager.version, catalogue);
}

/** Takes over what a plan says about the database as found. */
export function fillFromPlan(result: Result, plan: Plan): void {
  const { era, migrations, statements, checks, differences, remarks } = plan;
  Object.assign(result, { era, eraNow: era, migrations, statements, checks, differences, remarks });
}

/**
 * What a deployment of a day should lack, without any database.
 * @param day `YYYY-MM-DD`
 * @param catalogue what the target version needs
 */
export function predictedResult(day: string, catalogue: Catalogue): Result {
  const pending = predictPending(day, catalogue);
  const migrations = catalogue.migrations.map(({ id, name, title, statements }): MigrationState => {
    const missing = pending.some((m) => m.id === id) ? statements.map((s) => labelOf(s.provides)) : [];
    return {
      id,
      name,
      title,
      status: missing.length > 0 ? "pending" : "applied",
      missing,
    };
  });
  return {
    ...blankResult(),
    outcome: pending.length > 0 ? "pending" : "up-to-date",
    era: eraOfDay(day, catalogue),
    eras: erasOf(catalogue),
    migrations,
    statements: pending.flatMap((m) => m.statements.map((statement) => ({ migration: m.id, ...statement }))),
  };
}

/** The contract's exit code for a run. */
export function exitCodeOfResult({ outcome, problem }: Result): number {
  if (outcome === "cancelled") return 130;
  if (problem !== null) return exitCodeOf[problem.code];
  return outcome === "pending" || outcome === "empty" ? 3 : 0;
}
