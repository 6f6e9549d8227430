import type { Waiting } from "../database/retry.js";
import type { ProjectWrangler } from "../database/wrangler/find-wrangler.js";
import type { SetupStep } from "../messages/setup.js";
import type { KvManager } from "../plan/kv-manager.js";
import type { Configs } from "../project/config-files.js";
import type { Connection, Placement } from "../project/connection.js";
import type { Target } from "../project/targets.js";
import type { Facts } from "../run/result.js";

/** What was found on disk. */
export interface Project {
  configs: Configs;
  targets: Target[];
}

/** A major of KV Manager that a database may have to serve. */
export interface VersionChoice {
  /** As `--for` takes it: `2`. */
  version: string;
  /** The newest version of KV Manager that is known. */
  newest: string;
  /** How many statements this database still needs for it. */
  statements: number;
}

/** Work that takes a moment. */
export type Work = "inspecting" | "restore-point" | "backup" | "applying" | "listing" | "creating";

/**
 * One of the two ways to talk to a user: the wizard asks, the unattended run knows from its flags. Both answer
 * the same questions of the same steps.
 */
export interface Ui extends Waiting {
  /** Whether a person is there. Then the restore point is read after the yes, so that it is not stale. */
  readonly asks: boolean;
  /**
   * Which database: from the flags, or by asking. Throws a Problem or Cancelled.
   * @param begin may be told the database while there are still questions: its inspection begins then
   * @returns null for all of them, one after the other
   */
  choose(project: Project, begin: (connection: Connection) => void): Promise<Connection | null>;
  /** Finds the project's wrangler; the wizard may install it first. */
  locateWrangler(connection: Connection): Promise<ProjectWrangler>;
  /** Does work that takes a moment, and says so while it lasts. */
  progress<T>(work: Work, connection: Connection, run: () => Promise<T>): Promise<T>;
  /** Shows what is there and what is missing. */
  preview(facts: Facts): void;
  /**
   * An empty database: whether it should be set up instead of upgraded.
   * @param exists false for a local copy that was never made
   */
  confirmSetup(connection: Connection, exists: boolean): Promise<boolean>;
  /**
   * Which KV Manager will use the database.
   * @param facts what is known without asking
   * @param choices works out what there is to choose from, for whoever asks
   * @returns null when the user wants the question before
   */
  kvManager(facts: Facts, choices: () => VersionChoice[]): Promise<KvManager | null>;
  /** Whether a step of a first setup may be taken. */
  confirmStep(step: SetupStep): Promise<boolean>;
  /** Where a new D1 database is to be kept. */
  placement(): Promise<Placement>;
  /** Says something beside the result. */
  notify(text: string): void;
  /** Whether the database of this name is meant, whose id the config has, and not the one that the config names. */
  confirmName(name: string): Promise<boolean>;
  /** Whether the statements may be applied. */
  confirmApply(facts: Facts): Promise<boolean>;
  /** There is no restore point for a deployed database: whether to go on. */
  confirmWithoutRestorePoint(why: string): Promise<boolean>;
  /** The user interrupts while a write is under way. */
  finishing(): void;
}
