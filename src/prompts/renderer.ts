/** One of the answers to choose from. */
export interface Choice {
  label: string;
  /** What is known about it; may be empty. */
  hint: string;
  /** A letter that chooses it immediately, such as `y`. */
  key?: string;
}

/** A question, and in a sentence or two its reason. */
export interface Question {
  message: string;
  why: string;
}

/** What pressing Enter answers in a text question: `value`, displayed as `shown`. */
export interface TextDefault {
  value: string;
  /** How it is shown before anything is typed. */
  shown: string;
}

/**
 * How to ask a person: drawn in place with the arrow keys, or (`--plain`) with numbered answers that are never redrawn.
 * Every prompt returns null if it is left.
 */
export interface PromptRenderer {
  /** Prints the first lines: which program this is, where it works, and how to leave it. */
  title(name: string, lines: string[]): void;
  /** Shows a question whose answer is already known. */
  answered(message: string, answer: string): void;
  /**
   * Asks for one of several.
   * @param initial the position that Enter chooses
   * @param signal cancels it from outside: the user interrupts, or the terminal is gone
   * @returns the chosen position
   */
  select(question: Question, choices: Choice[], initial: number, signal: AbortSignal): Promise<number | null>;
  /**
   * Asks for a text of one line.
   * @param preset what pressing Enter answers
   * @param wrong returns what is wrong with an answer; null if nothing is
   */
  text(
    question: Question,
    preset: TextDefault,
    wrong: (text: string) => string | null,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Releases the terminal: for another program that prompts, and at the end. */
  close(): void;
}
