import type { Problem } from "../lib/problem.js";
import type { Connection } from "../project/connection.js";
import type { Prompter } from "../prompts/prompter.js";
import type { Result } from "../run/result.js";
import type { Program } from "./program.js";
import type { Questions } from "./questions.js";
import type { Project } from "./ui.js";

/** What all runs of the wizard share; each run is about one database. */
export interface WizardSession extends Program {
  /** Whether nothing may be redrawn. */
  isPlain: boolean;
  prompter: Prompter;
  questions: Questions;
  /** What was found on disk; null until the first run has looked. */
  project: Project | null;
  /** The databases of the runs so far, and how each ended. */
  seen: { connection: Connection; result: Result }[];
  /** The KV Manager that was answered for an earlier database; it is likely meant again. */
  kvManager: string | null;
  /** How the runs so far failed; null for one that did not. */
  failures: (Problem["code"] | null)[];
}

/** Where the wizard goes on: with a database that is known, with the questions, with the last of them, or not at all. */
export type Next = { connection: Connection } | "choose" | "back" | "leave";
