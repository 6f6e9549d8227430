import type { Interruption } from "../lib/interruption.js";
import { Cancelled } from "../lib/problem.js";
import { noneOfThese, yesNo } from "../messages/wizard.js";
import type { Choice, PromptRenderer, Question, TextDefault } from "./renderer.js";

/** A choice and its value. */
export interface Option<T> extends Choice {
  value: T;
}

/**
 * Asks the user. Leaving a question (Esc, Ctrl-C, Ctrl-D, a closed terminal) throws `Cancelled`, so it is never taken
 * for an answer.
 */
export class Prompter {
  private readonly renderer: PromptRenderer;
  private readonly interruption: Interruption;

  constructor(renderer: PromptRenderer, interruption: Interruption) {
    this.renderer = renderer;
    this.interruption = interruption;
  }

  /** The first lines: which program this is, where it works, and how to leave it. */
  title(name: string, lines: string[]): void {
    this.renderer.title(name, lines);
  }

  /** Shows a question whose answer is known already. */
  answered(message: string, answer: string): void {
    this.renderer.answered(message, answer);
  }

  /** Gives the terminal back: to another program that asks, and at the end. */
  close(): void {
    this.renderer.close();
  }

  /**
   * Asks for one of several.
   * @param initial the position of the one that Enter chooses
   * @throws {Cancelled}
   */
  async select<T>(question: Question | string, options: Option<T>[], initial = 0): Promise<T> {
    const asked = typeof question === "string" ? { message: question, why: "" } : question;
    const at = await this.answer((signal) => this.renderer.select(asked, options, initial, signal));
    const chosen = options[at];
    if (chosen === undefined) throw new Error("a prompt answered with a choice that there is not");
    return chosen.value;
  }

  /**
   * Asks for a yes or no.
   * @throws {Cancelled}
   */
  async confirm(question: Question | string, initialValue: boolean): Promise<boolean> {
    const options = [
      { value: true, ...yesNo.yes },
      { value: false, ...yesNo.no },
    ];
    return await this.select(question, initialValue ? options : options.reverse());
  }

  /**
   * Asks for one of several, or none of them (null), which is preselected.
   * @throws {Cancelled}
   */
  async pick<T>(question: Question | string, options: Option<T>[]): Promise<T | null> {
    return await this.select<T | null>(question, [{ value: null, ...noneOfThese }, ...options]);
  }

  /**
   * Asks for a text.
   * @param preset what pressing Enter answers
   * @param wrong returns what is wrong with an answer; null if nothing is
   * @throws {Cancelled}
   */
  async text(
    question: Question,
    preset: TextDefault,
    wrong: (text: string) => string | null,
  ): Promise<string> {
    return await this.answer((signal) => this.renderer.text(question, preset, wrong, signal));
  }

  /** Throws Cancelled if a prompt was left, or would never end because its terminal is gone. */
  private async answer<T>(ask: (signal: AbortSignal) => Promise<T | null>): Promise<T> {
    const { interruption } = this;
    // One for each prompt, since its listeners are never removed.
    const controller = new AbortController();
    const end = () => controller.abort();
    const gone = new Promise<null>((resolve) =>
      controller.signal.addEventListener("abort", () => resolve(null), { once: true }),
    );
    const leave = () => interruption.request();
    if (interruption.requested) end();
    interruption.signal?.addEventListener("abort", end);
    for (const event of ["end", "close", "error"]) process.stdin.once(event, leave);
    process.once("beforeExit", leave);
    try {
      const value = await Promise.race([ask(controller.signal), gone]);
      if (value === null || interruption.requested) throw new Cancelled();
      return value;
    } finally {
      interruption.signal?.removeEventListener("abort", end);
      for (const event of ["end", "close", "error"]) process.stdin.off(event, leave);
      process.off("beforeExit", leave);
    }
  }
}
