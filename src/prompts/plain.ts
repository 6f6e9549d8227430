import { createInterface, type Interface } from "node:readline";
import { howToAnswer, notOneOf } from "../messages/wizard.js";
import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import { wrap } from "../screen/wrap.js";
import type { Choice, PromptRenderer, Question } from "./renderer.js";

/** What pressing Esc leaves in a line. */
const escapeKey = "\x1b";

/**
 * Makes prompts with numbered answers, printed line by line: for screen readers and terminals that cannot move the
 * cursor. Nothing is redrawn.
 */
export function plainRenderer(stdin: NodeJS.ReadStream, output: Output, style: Style): PromptRenderer {
  const lines = new Lines(stdin);
  const say = (text: string) => output.result(wrap(text, style.width));
  const ask = ({ message, why }: Question) => say(why === "" ? `\n${message}` : `\n${message}\n${why}`);
  return {
    title: (name, lines) => say([name, ...lines].join("\n")),
    answered: (message, answer) => say(`\n${message}\n${answer}`),
    async select(question, choices, initial, signal) {
      ask(question);
      choices.forEach(({ label, hint }, i) => {
        say(hint === "" ? `${i + 1}. ${label}` : `${i + 1}. ${label} (${hint})`);
      });
      for (;;) {
        say(howToAnswer(choices.length, initial + 1));
        const line = await lines.next(signal);
        if (line === null) return null;
        const chosen = line === "" ? initial : positionOf(line, choices);
        if (chosen !== null) return chosen;
        say(notOneOf(line, choices.length));
      }
    },
    async text(question, { value, shown }, wrong, signal) {
      ask({
        ...question,
        message: `${question.message} (${shown})`,
      });
      for (;;) {
        const line = await lines.next(signal);
        if (line === null) return null;
        const answer = line === "" ? value : line;
        const fault = answer === "" ? null : wrong(answer);
        if (fault === null) return answer;
        say(fault);
      }
    },
    close: () => lines.close(),
  };
}

/** Finds a choice by number, by letter, or by its first word. */
function positionOf(line: string, choices: Choice[]): number | null {
  const wanted = line.toLowerCase();
  const firstWord = (label: string) => /^[\p{L}\p{N}-]+/u.exec(label.toLowerCase())?.[0];
  const found = /^\d+$/.test(wanted)
    ? Number(wanted) - 1
    : choices.findIndex(({ label, key }) => key === wanted || firstWord(label) === wanted);
  return choices[found] === undefined ? null : found;
}

/** The lines that are typed; early ones are kept until asked for. */
class Lines {
  private readonly stdin: NodeJS.ReadStream;
  private reader: Interface | null = null;
  private readonly kept: string[] = [];
  private wake: (() => void) | null = null;
  private ended = false;

  constructor(stdin: NodeJS.ReadStream) {
    this.stdin = stdin;
  }

  /** Returns the next line, trimmed; null if the user leaves. */
  async next(signal: AbortSignal): Promise<string | null> {
    this.open();
    const leave = () => this.wake?.();
    signal.addEventListener("abort", leave, { once: true });
    try {
      while (this.kept.length === 0 && !this.ended && !signal.aborted)
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    } finally {
      signal.removeEventListener("abort", leave);
    }
    const line = this.kept.shift()?.trim();
    return line === undefined || signal.aborted || line.startsWith(escapeKey) ? null : line;
  }

  close(): void {
    const { reader } = this;
    this.reader = null;
    reader?.close();
    this.stdin.pause();
  }

  private open(): void {
    if (this.reader !== null) return;
    // Not as a terminal: the system then handles line editing, and nothing is drawn.
    const reader = createInterface({ input: this.stdin, terminal: false });
    this.reader = reader;
    reader.on("line", (line) => {
      this.kept.push(line);
      this.wake?.();
    });
    reader.on("close", () => {
      // If we closed it ourselves to hand over the terminal, the input has not ended.
      if (this.reader !== reader) return;
      this.ended = true;
      this.wake?.();
    });
  }
}
