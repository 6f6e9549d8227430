import type { Problem } from "../lib/problem.js";
import type { Connection } from "../project/connection.js";
import type { Prompter } from "../prompts/prompter.js";
import type { Request } from "../run/request.js";
import type { Result } from "../run/result.js";
import type { Tool } from "../screen/document.js";
import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import type { Context } from "./context.js";
import type { Questions } from "./questions.js";
import type { Project } from "./ui.js";

/** What all runs of the wizard share; each run is about one database. */
export interface WizardSession {
  request: Request;
  output: Output;
  context: Context;
  style: Style;
  tool: Tool;
  /** Whether nothing may be redrawn. */
  still: boolean;
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
