import { Prompt } from "@clack/core";
import {
  formatInstructionFooter,
  isCancel,
  limitOptions,
  S_BAR,
  S_RADIO_ACTIVE,
  S_RADIO_INACTIVE,
  SELECT_INSTRUCTIONS,
  symbol,
} from "@clack/prompts";
import { notChosen, shortcutsLabel } from "../messages/wizard.js";
import type { Style } from "../screen/style.js";
import { wrapHard } from "../screen/wrap.js";
import type { Choice } from "./renderer.js";

/** The columns of the bar, and of the mark before an answer. */
export const barColumns = 3;
const markColumns = 2;

/** A question as it is to be drawn. */
export interface DrawnQuestion {
  /** Lines that fit next to the bar at the terminal's current width. */
  message: () => string;
  choices: Choice[];
  /** The cursor's first position. */
  initial: number;
}

/** How a question ended: with the position of an answer, left, or with the program suspended (Ctrl-Z) and resumed. */
export type Chosen = { chosen: number } | "left" | { stoppedAt: number };

/**
 * Asks for one of several, in the style of clack's own select. That one wraps long answers as if they were separate
 * ones, shows a hint only at the cursor, has no shortcut letters, and marks a cancelled answer only by striking it
 * through.
 * @param stdin a terminal
 * @param output where it is drawn
 * @param signal cancels it from outside
 */
export async function choose(
  question: DrawnQuestion,
  stdin: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  style: Style,
  signal: AbortSignal,
): Promise<Chosen> {
  const { choices, initial } = question;
  let stopped = false;
  let drawn = "";
  const prompt = new Prompt<number>(
    {
      input: stdin,
      output,
      signal,
      render: () => {
        // After a suspension other lines are at the end of the screen, so the question can no longer be redrawn.
        if (!stopped) drawn = frame(question, prompt.value ?? initial, prompt.state, output, style);
        return drawn;
      },
    },
    false,
  );
  prompt.value = initial;
  prompt.on("cursor", (key) => {
    const step = key === "down" || key === "right" ? 1 : key === "up" || key === "left" ? -1 : 0;
    prompt.value = ((prompt.value ?? initial) + step + choices.length) % choices.length;
  });
  prompt.on("key", (char, key) => {
    const wanted = choices.findIndex((c) => c.key !== undefined && c.key === char?.toLowerCase());
    stopped = key?.ctrl === true && key.name === "z";
    if (wanted !== -1) {
      prompt.value = wanted;
      prompt.state = "submit";
    } else if (stopped || (key?.ctrl === true && key.name === "d")) prompt.state = "cancel";
  });
  const answer = await prompt.prompt();
  if (stopped) return { stoppedAt: prompt.value ?? initial };
  return isCancel(answer) || answer === undefined ? "left" : { chosen: answer };
}

function frame(
  { message, choices }: DrawnQuestion,
  cursor: number,
  state: Prompt<number>["state"],
  output: NodeJS.WriteStream,
  style: Style,
): string {
  const passed = style.dim(S_BAR);
  const room = style.width - barColumns;
  const ended = state === "submit" || state === "cancel";
  const bar = ended ? passed : style.accent(S_BAR);
  const head = `${passed}\n${beside(message(), `${symbol(state)}  `, `${bar}  `)}`;
  const label = choices[cursor]?.label ?? "";
  if (ended) {
    const text = wrapHard(state === "submit" ? label : notChosen(label), room);
    const lines = beside(dimLines(text, style), `${passed}  `, `${passed}  `);
    return [head, lines, ...(state === "cancel" ? [passed] : [])].join("\n");
  }
  const letters = choices.flatMap(({ key }) => key ?? []);
  // With only one letter ("Back"), no list of them is needed.
  const more = letters.length <= 1 ? [] : [`${style.dim(`${letters.join(", ")}:`)} ${shortcutsLabel}`];
  const footer = formatInstructionFooter(output, [...SELECT_INSTRUCTIONS, ...more], true);
  const lines = limitOptions({
    ...{ output, cursor, options: choices, columnPadding: barColumns },
    rowPadding: head.split("\n").length + footer.length + 1,
    style: (choice, active) => answerLines(choice, active, room, style),
  });
  return [head, ...lines.map((line) => `${bar}  ${line}`), ...footer, ""].join("\n");
}

/** An answer with its hint; continuation lines are aligned with its text, not its mark. */
function answerLines({ label, hint }: Choice, active: boolean, room: number, style: Style): string {
  const mark = active ? style.good(S_RADIO_ACTIVE) : style.dim(S_RADIO_INACTIVE);
  const text = wrapHard(hint === "" ? label : `${label} (${hint})`, room - markColumns);
  const lines = text.split("\n").map((line) => (active ? line : style.dim(line)));
  return `${mark} ${lines.join(`\n${" ".repeat(markColumns)}`)}`;
}

/** Dims each line on its own, since something else is drawn between them. */
export function dimLines(text: string, style: Style): string {
  return text.replace(/^.+$/gm, (line) => style.dim(line));
}

function beside(text: string, first: string, rest: string): string {
  return first + text.replaceAll("\n", `\n${rest}`);
}
