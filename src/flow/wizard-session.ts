import type { Problem } from "../lib/problem.js";
import type { Connection } from "../project/connection.js";
import { databasesElsewhere } from "../project/databases-elsewhere.js";
import type { Prompter } from "../prompts/prompter.js";
import type { Result } from "../run/result.js";
import type { Program } from "./program.js";
import type { Questions } from "./questions.js";
import type { Project } from "./ui.js";

/** What all runs of one wizard share; each run is about one database. */
export interface WizardSession extends Program {
  /** Whether the output must not be redrawn. */
  isPlain: boolean;
  prompter: Prompter;
  questions: Questions;
  /** What was found on disk; null until the first run has looked. */
  project: Project | null;
  /** The databases of the runs so far, and how each ended. */
  seen: { connection: Connection; result: Result }[];
  /** The KV Manager version chosen for an earlier database, which is the recommended answer for the next. */
  kvManager: string | null;
  /** The error code of each run so far; null for one that did not fail. */
  failures: (Problem["code"] | null)[];
}

/** How the wizard continues: with a known database, with the questions, with the last question, or not at all. */
export type Next = { connection: Connection } | "choose" | "back" | "leave";

/**
 * Returns the databases that were found but not checked yet.
 * @param looking the one that is being checked now
 */
export function databasesNotSeen({ project, seen }: WizardSession, looking: Connection[] = []): Connection[] {
  if (project === null) return [];
  return databasesElsewhere(project.targets, [...seen.map((s) => s.connection), ...looking]);
}
