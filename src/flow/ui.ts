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

/** A major version of KV Manager that may use a database. */
export interface VersionChoice {
  /** As `--for` accepts it: `2`. */
  version: string;
  /** The newest known version of KV Manager. */
  newest: string;
  /** How many statements this database still needs for it. */
  statements: number;
}

/** What takes a moment, with a progress message. */
export type WorkName = "inspecting" | "restore-point" | "backup" | "applying" | "listing" | "creating";

/**
 * One of the two user interfaces: the wizard asks, and the unattended run takes the answers from its flags. Both answer
 * the same questions of the same steps.
 */
export interface Ui extends Waiting {
  /** Whether a person answers the questions. */
  readonly asks: boolean;
  /**
   * Selects the database, from the flags or by asking. Throws a Problem or Cancelled.
   * @param begin may be called with the database while questions are left, to start its inspection
   * @returns null for all of them, one after the other
   */
  choose(project: Project, begin: (connection: Connection) => void): Promise<Connection | null>;
  /** Finds the project's wrangler; the wizard may install it first. */
  locateWrangler(connection: Connection): Promise<ProjectWrangler>;
  /** Does work that takes a moment, and shows progress in the meantime. */
  progress<T>(work: WorkName, connection: Connection, run: () => Promise<T>): Promise<T>;
  /** Shows what is there and what is missing. */
  preview(facts: Facts): void;
  /**
   * Whether to set up an empty database, since there is nothing to upgrade.
   * @param exists false for a local copy that was never created
   * @returns null when the user goes back to the previous question
   */
  confirmSetup(connection: Connection, exists: boolean): Promise<boolean | null>;
  /**
   * Which KV Manager will use the database.
   * @param facts what is known without asking
   * @param choices determines the options; called only if the user is asked
   * @returns null when the user wants the previous question
   */
  kvManager(facts: Facts, choices: () => VersionChoice[]): Promise<KvManager | null>;
  /** Whether to take a step of a first setup. */
  confirmStep(step: SetupStep): Promise<boolean>;
  /** Where to keep a new D1 database. */
  placement(): Promise<Placement>;
  /** Shows a message that is not part of the result. */
  notify(text: string): void;
  /** Whether the database of this name, which has the config's id, is the one meant, despite the config's name. */
  confirmName(name: string): Promise<boolean>;
  /** Whether to apply the statements. */
  confirmApply(facts: Facts): Promise<boolean>;
  /** Whether to continue without a restore point for a deployed database. */
  confirmWithoutRestorePoint(why: string): Promise<boolean>;
  /** Called when the user interrupts during a write. */
  finishing(): void;
}
