/** One of the answers to choose from. */
export interface Choice {
  label: string;
  /** What is known about it; empty where nothing needs to be said. */
  hint: string;
  /** A letter that chooses it immediately, such as `y`. */
  key?: string;
}

/** What is asked, and in one sentence why. */
export interface Question {
  message: string;
  why: string;
}

/** What Enter alone answers to a text question. */
export interface TextDefault {
  value: string;
  /** How it is shown before anything is typed. */
  shown: string;
}

/**
 * Puts questions on the screen: drawn and redrawn with the arrow keys, or (`--plain`) numbered, one below the other.
 * Every question returns null when the user leaves it.
 */
export interface PromptRenderer {
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
   * @param preset what Enter alone answers
   * @param wrong says what is wrong with an answer, null when nothing is
   */
  text(
    question: Question,
    preset: TextDefault,
    wrong: (text: string) => string | null,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Gives the terminal back: for another program that asks, and at the end. */
  close(): void;
}
