import type { StatementResult } from "../client.js";

/** A request to the engine's process. The number matches an answer to its question. */
export type Question =
  | { kind: "start"; databases: string[] }
  | { kind: "batch"; number: number; database: string; statements: string[] }
  | { kind: "export"; number: number; database: string; file: string };

/** An answer of the engine's process. */
export type Answer =
  | { kind: "started" }
  /** The engine could not be started; `text` is the reason, verbatim. */
  | { kind: "not-started"; text: string }
  | { kind: "done"; number: number; results: StatementResult[] }
  /** `text` is the engine's message; `beside` is what it printed in the meantime. */
  | { kind: "failed"; number: number; text: string; beside: string };
