import * as clack from "@clack/prompts";
import { asciiStream } from "../screen/ascii.js";
import type { Style } from "../screen/style.js";
import { wrap, wrapHard } from "../screen/wrap.js";
import { barColumns, choose, dimLines } from "./choose.js";
import type { PromptRenderer, Question } from "./renderer.js";

/** The line beside the prompts, as clack draws it. */
const bar = "│";

/**
 * Makes prompts that are drawn in place and use the arrow keys.
 * @param stdout a terminal
 * @param clean removes secrets and control characters from a text
 */
export function drawnRenderer(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  style: Style,
  clean: (text: string) => string,
): PromptRenderer {
  // All marks are Unicode whatever the locale is.
  const output = style.unicode ? stdout : asciiStream(stdout);
  const common = { input: stdin, output };
  const block = (text: string) => wrap(clean(text), style.width - barColumns);
  const message = ({ message, why }: Question) =>
    why === "" ? style.bold(block(message)) : `${style.bold(block(message))}\n${dimLines(block(why), style)}`;
  return {
    title(name, lines) {
      clack.intro(style.bold(clean(name)), common);
      const text = lines.map((line) => wrapHard(clean(line), style.width - barColumns)).join("\n");
      clack.log.message(dimLines(text, style), { ...common, symbol: bar, spacing: 0 });
    },
    answered(question, answer) {
      clack.log.step(`${style.bold(block(question))}\n${dimLines(block(answer), style)}`, common);
    },
    async select(question, choices, initial, signal) {
      const shown = choices.map((choice) => ({
        ...choice,
        label: clean(choice.label),
        hint: clean(choice.hint),
      }));
      for (let at = initial; ; ) {
        const asked = { message: () => message(question), choices: shown, initial: at };
        const ended = await stoppable(stdin, stdout, () => choose(asked, stdin, output, style, signal));
        if (ended === "left") return null;
        if ("chosen" in ended) return ended.chosen;
        at = ended.stoppedAt;
      }
    },
    async text(question, { value, shown }, wrong, signal) {
      const typed = await stoppable(stdin, stdout, () =>
        clack.text({
          ...common,
          // Unlike its other prompts, clack's text draws no bar before the second line.
          message: message(question).replaceAll("\n", `\n${style.dim(bar)}  `),
          placeholder: clean(shown),
          defaultValue: value,
          validate: (typed) => {
            const answer = typed?.trim() || value;
            const fault = answer === "" ? null : wrong(answer);
            return fault === null ? undefined : clean(fault);
          },
          signal,
        }),
      );
      return clack.isCancel(typed) ? null : typed.trim() || value;
    },
    close: () => {},
  };
}

/**
 * Lets the program be suspended (Ctrl-Z) and resumed at a question: Node would leave the cursor hidden while suspended,
 * and would not read on afterwards, which would end the program.
 */
async function stoppable<T>(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  ask: () => Promise<T>,
): Promise<T> {
  const stops = (_: string | undefined, key: { name?: string; ctrl?: boolean } | undefined) => {
    if (key?.ctrl === true && key.name === "z") stdout.write("\x1b[?25h");
  };
  // Node's own handler pauses the input.
  const continues = () => setImmediate(() => stdin.resume());
  stdin.prependListener("keypress", stops);
  process.on("SIGCONT", continues);
  try {
    return await ask();
  } finally {
    stdin.off("keypress", stops);
    process.off("SIGCONT", continues);
  }
}
