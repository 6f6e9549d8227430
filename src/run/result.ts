import type { Applied } from "../apply/apply.js";
import type { RestorePoint } from "../database/restore-point.js";
import type { Snapshot } from "../database/snapshot.js";
import { exitCodeOf, type Problem } from "../lib/problem.js";
import type { Catalog } from "../plan/catalog.js";
import { labelOf } from "../plan/describe.js";
import { type Era, eraOfDay, erasOf, predictPending } from "../plan/eras.js";
import { defaultKvManager, type KvManager } from "../plan/kv-manager.js";
import type { Check, DatabaseKind, MigrationState, Plan, PlannedStatement } from "../plan/plan.js";
import type { Connection } from "../project/connection.js";
import type { TargetPart } from "../project/target-names.js";

/** How a run ended, in the words of the contract. */
export type Outcome =
  | ("up-to-date" | "pending" | "upgraded" | "set-up" | "empty")
  | ("not-kv-manager" | "conflict" | "failed" | "unknown" | "cancelled");

/** The actual name of the database with the config's id, and a sentence about it. */
export interface OtherName {
  name: string;
  note: string;
}

/** What a run has found out and done; each step adds to it. */
export interface Facts {
  connection: Connection | null;
  /** Which KV Manager the run plans for. */
  kvManager: KvManager;
  /** A sentence if a later version was requested than any known one; null otherwise. */
  versionNote: string | null;
  /** The era that the schema matched when first read, or the era of the `--deployed` date if no database is read. */
  era: Era | null;
  /** The era that the schema matched when last read. */
  eraNow: Era | null;
  /** All known eras, to say what a date predicts. */
  eras: Era[];
  /** The kind of database that was found; null if nothing was planned. */
  database: DatabaseKind | null;
  /** As found, before anything was applied. */
  migrations: MigrationState[];
  statements: PlannedStatement[];
  /** Whether this is a first setup rather than an upgrade. */
  setsUp: boolean;
  /** Sentences on what was changed before this database's statements, including in earlier runs of the wizard. */
  prepared: string[];
  /** Whether a first setup still lacks a config or an id, so only setup itself can continue. */
  unprepared: boolean;
  /** Shown instead of what the schema says, if a first setup could not read the database yet. */
  unread: string | null;
  /** Whether the statements are in the database now; null when unknown. */
  applied: boolean | null;
  /** Who added what was missing, and which part this run added; null until it is there. */
  added: Pick<Applied, "addedBy" | "ownPlan"> | null;
  /** Absolute path of the backup made before the write. */
  backup: string | null;
  /** As last read. */
  checks: Check[];
  differences: string[];
  /** Sentences on the database from the plan, besides what is missing. */
  remarks: string[];
  /** The schema as last read; null if it was not. */
  snapshot: Snapshot | null;
  /** The database that a saved schema is from, according to its report; null if none was read or it does not say. */
  savedFrom: TargetPart | null;
  /** Things worth knowing that are not failures, such as a config that could not be read. */
  notes: string[];
  /** Set if the config's name and id belong to different databases. */
  otherName: OtherName | null;
  /** Null before a write to a deployed database starts, or if it could not be read. */
  restorePoint: RestorePoint | null;
}

/** A finished run. Every user interface shows this value and nothing else. */
export interface Result extends Facts {
  outcome: Outcome;
  problem: Problem | null;
}

/** What is known when a run starts. */
export const noFacts: Readonly<Facts> = {
  connection: null,
  kvManager: defaultKvManager,
  versionNote: null,
  era: null,
  eraNow: null,
  eras: [],
  database: null,
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
};

/** The facts of a run in progress, kept outside its steps so that they survive a step's failure. */
export class FactLog {
  private facts: Facts;

  /** @param facts what is known before the first step */
  constructor(facts: Partial<Facts> = {}) {
    this.facts = { ...noFacts, ...facts };
  }

  /** What is known now; later additions do not change it. */
  get now(): Facts {
    return this.facts;
  }

  /** Records what a step found out or did. */
  add(facts: Partial<Facts>): void {
    this.facts = { ...this.facts, ...facts };
  }
}

const outcomeOfCode: Partial<Record<Problem["code"], Outcome>> = {
  EMPTY_DATABASE: "empty",
  NOT_KV_MANAGER: "not-kv-manager",
  CONFLICT: "conflict",
  UNKNOWN_OUTCOME: "unknown",
};

/** What ended a run before its last step. */
export type EarlyEnd = Problem | "cancelled";

/**
 * Returns the result of a finished run.
 * @param facts what it found out and did
 * @param end what ended it early; null if nothing did
 */
export function resultOf(facts: Facts, end: EarlyEnd | null = null): Result {
  return { ...facts, outcome: outcomeOf(facts, end), problem: end === "cancelled" ? null : end };
}

function outcomeOf(facts: Facts, end: EarlyEnd | null): Outcome {
  if (end === "cancelled") return "cancelled";
  if (end !== null) return outcomeOfCode[end.code] ?? "failed";
  if (facts.applied === true) return facts.setsUp ? "set-up" : "upgraded";
  if (facts.statements.length > 0 || facts.unprepared) return "pending";
  return facts.database === "empty" ? "empty" : "up-to-date";
}

/** Returns what a plan says about the database as found. */
export function factsOfPlan(plan: Plan): Partial<Facts> {
  const { era, database, migrations, statements, checks, differences, remarks } = plan;
  return { era, eraNow: era, database, migrations, statements, checks, differences, remarks };
}

/**
 * Predicts what a database deployed on a given day lacks, without reading any.
 * @param day `YYYY-MM-DD`
 * @param catalog what the target version needs
 */
export function predictedFacts(day: string, catalog: Catalog): Partial<Facts> {
  const pending = predictPending(day, catalog);
  const migrations = catalog.migrations.map(({ id, name, title, statements }): MigrationState => {
    const missing = pending.some((m) => m.id === id) ? statements.map((s) => labelOf(s.provides)) : [];
    return { id, name, title, status: missing.length > 0 ? "pending" : "applied", missing };
  });
  return {
    era: eraOfDay(day, catalog),
    eras: erasOf(catalog),
    migrations,
    statements: pending.flatMap((m) => m.statements.map((statement) => ({ migration: m.id, ...statement }))),
  };
}

/** Returns the exit code of a run, as the contract defines it. */
export function exitCodeOfResult({ outcome, problem }: Result): number {
  if (outcome === "cancelled") return 130;
  if (problem !== null) return exitCodeOf[problem.code];
  return outcome === "pending" || outcome === "empty" ? 3 : 0;
}
