/** One of the answers to choose from. */
export interface Choice {
  label: string;
  /** What is known about it; empty where nothing needs to be said. */
  hint: string;
  /** A letter that chooses it at once, such as `y`. */
  key?: string;
}

/** What is asked, and in one sentence why. */
export interface Question {
  message: string;
  why: string;
}

/** A text question that Enter alone answers. */
export interface Unsaid {
  value: string;
  shown: string;
}

/**
 * The way to ask a person: drawn and redrawn with the arrow keys, or (`--plain`) as numbered questions that stay.
 * Every prompt answers null when it is left.
 */
export interface Prompts {
  /** The first lines: which program this is, where it works, and how to leave it. */
  title(name: string, lines: string[]): void;
  /** Shows a question whose answer is known already. */
  answered(message: string, answer: string): void;
  /**
   * One of several.
   * @param initial the position of the one that Enter chooses
   * @param signal ends it from outside: the user interrupts, or the terminal is gone
   * @returns the chosen position
   */
  select(question: Question, choices: Choice[], initial: number, signal: AbortSignal): Promise<number | null>;
  /**
   * A text in one line.
   * @param unsaid what Enter alone answers, and what is shown meanwhile
   * @param wrong says what is wrong with an answer, null when nothing is
   */
  text(
    question: Question,
    unsaid: Unsaid,
    wrong: (text: string) => string | null,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Gives the terminal back: for another program that asks, and at the end. */
  close(): void;
}
