import type { Applied } from "../apply/apply.js";
import type { RestorePoint } from "../database/restore-point.js";
import type { Snapshot } from "../database/snapshot.js";
import { exitCodeOf, type Problem } from "../lib/problem.js";
import type { Catalogue } from "../plan/catalogue.js";
import { labelOf } from "../plan/describe.js";
import { type Era, eraOfDay, erasOf, predictPending } from "../plan/eras.js";
import { defaultKvManager, type KvManager } from "../plan/kv-manager.js";
import type { Check, DatabaseKind, MigrationState, Plan, PlannedStatement } from "../plan/plan.js";
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

/** What a run has found out and done: each step adds to it. */
export interface Facts {
  connection: Connection | null;
  /** Which KV Manager the run plans for. */
  kvManager: KvManager;
  /** A sentence if a later version was requested than any that is known; null otherwise. */
  versionNote: string | null;
  /** The era that the schema fits, as found; or the one that `--deployed` names where no database is read. */
  era: Era | null;
  /** The same as last read. */
  eraNow: Era | null;
  /** All eras that are known, to say what a date predicts. */
  eras: Era[];
  /** The kind of database that was found; null if none was planned. */
  database: DatabaseKind | null;
  /** As found, before anything was applied. */
  migrations: MigrationState[];
  statements: PlannedStatement[];
  /** Whether this is a first setup and no upgrade. */
  setsUp: boolean;
  /** What this run has changed before any statement of this database, in earlier runs of the wizard too: sentences. */
  prepared: string[];
  /** Whether a first setup still lacks a config or an id: only setup itself can go on. */
  unprepared: boolean;
  /** Said in place of what the schema says, where a first setup could not look at the database yet. */
  unread: string | null;
  /** Whether the statements are in the database now; null when unknown. */
  applied: boolean | null;
  /** Who added what was missing, and what of it is this run's; null until it is there. */
  added: Pick<Applied, "addedBy" | "ownPlan"> | null;
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
}

/** A run that has ended. Every user interface shows this value and nothing else. */
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

/** The facts of a run under way. They are kept outside its steps: when a step fails, what was known remains. */
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

  /** Adds what a step found out or did. */
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
 * The result of a run that has ended.
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

/** What a plan says about the database as found. */
export function factsOfPlan(plan: Plan): Partial<Facts> {
  const { era, database, migrations, statements, checks, differences, remarks } = plan;
  return { era, eraNow: era, database, migrations, statements, checks, differences, remarks };
}

/**
 * What a deployment of a day should lack, without any database.
 * @param day `YYYY-MM-DD`
 * @param catalogue what the target version needs
 */
export function predictedFacts(day: string, catalogue: Catalogue): Partial<Facts> {
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
