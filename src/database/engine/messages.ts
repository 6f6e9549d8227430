/** What is asked of the engine's process. Numbers tell which answer belongs to which question. */
export type Question =
  | { kind: "start"; databases: string[] }
  | { kind: "batch"; number: number; database: string; statements: string[] }
  | { kind: "export"; number: number; database: string; file: string };

/** What the engine's process answers. */
export type Answer =
  | { kind: "started" }
  /** The engine could not be started; `text` is the reason, as it was said. */
  | { kind: "not-started"; text: string }
  | { kind: "done"; number: number; results: { rows: Record<string, unknown>[] }[] }
  /** `text` is the engine's message; `beside` is what it printed meanwhile. */
  | { kind: "failed"; number: number; text: string; beside: string };
