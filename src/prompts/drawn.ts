import * as clack from "@clack/prompts";
import { asciiStream } from "../screen/ascii.js";
import type { Style } from "../screen/style.js";
import { wrap, wrapHard } from "../screen/wrap.js";
import { notChosen } from "../words/wizard.js";
import type { Choice, Prompts, Question } from "./prompts.js";

/** The columns that clack's own bar takes. */
const bar = 3;

/**
 * Prompts that are drawn in place, with the arrow keys.
 * @param stdout a terminal
 * @param clean takes secrets and control characters out of a text
 */
export function drawnPrompts(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  style: Style,
  clean: (text: string) => string,
): Prompts {
  // clack draws its marks in Unicode whatever the locale says.
  const output = style.unicode ? stdout : asciiStream(stdout);
  const common = { input: stdin, output };
  const block = (text: string) => wrap(clean(text), style.width - bar);
  const message = ({ message, why }: Question) =>
    why === "" ? style.bold(block(message)) : `${style.bold(block(message))}\n${dimLines(block(why), style)}`;
  return {
    title(name, lines) {
      clack.intro(style.bold(clean(name)), common);
      const text = lines.map((line) => wrapHard(clean(line), style.width - bar)).join("\n");
      clack.log.message(dimLines(text, style), {
        ...common,
        symbol: style.unicode ? "│" : "|",
        spacing: 0,
      });
    },
    answered(question, answer) {
      clack.log.step(`${style.bold(block(question))}\n${dimLines(block(answer), style)}`, common);
    },
    async select(question, choices, initial, signal) {
      const left = { yet: false };
      const options = choices.map(({ label, hint }, value) => ({
        value,
        // clack strikes the answer of a question that was left through, which is not seen everywhere.
        get label() {
          return left.yet ? notChosen(clean(label)) : clean(label);
        },
        hint: clean(hint),
      }));
      const unwatch = watchForLeaving(stdin, signal, () => {
        left.yet = true;
      });
      const prompt = clack.select({
        ...common,
        message: message(question),
        options,
        initialValue: initial,
        signal,
      });
      // Only now, so that the prompt has seen a letter before what the letter stands for.
      const stop = pressForLetter(stdin, choices, initial);
      try {
        const chosen = await prompt;
        return clack.isCancel(chosen) ? null : chosen;
      } finally {
        stop();
        unwatch();
      }
    },
    async text(question, { value, shown }, wrong, signal) {
      const typed = await clack.text({
        ...common,
        // Unlike its other prompts, clack's text sets no bar before the second line.
        message: message(question).replaceAll("\n", `\n${style.dim(style.unicode ? "│" : "|")}  `),
        placeholder: shown,
        defaultValue: value,
        validate: (typed) => {
          const answer = typed?.trim() || value;
          return answer === "" ? undefined : (wrong(answer) ?? undefined);
        },
        signal,
      });
      return clack.isCancel(typed) ? null : typed.trim() || value;
    },
    close: () => {},
  };
}

/**
 * Notices that a question is being left, before clack draws that.
 * @returns ends it
 */
function watchForLeaving(stdin: NodeJS.ReadStream, signal: AbortSignal, leaves: () => void): () => void {
  const listen = (_: string | undefined, key: { name?: string; ctrl?: boolean } | undefined) => {
    if (key?.name === "escape" || (key?.ctrl === true && key.name === "c")) leaves();
  };
  stdin.prependListener("keypress", listen);
  signal.addEventListener("abort", leaves, { once: true });
  return () => {
    stdin.off("keypress", listen);
    signal.removeEventListener("abort", leaves);
  };
}

/**
 * clack's select knows arrows and Enter only; a letter (`y`) is passed on to it as those.
 * @returns ends it
 */
function pressForLetter(stdin: NodeJS.ReadStream, choices: Choice[], initial: number): () => void {
  let at = initial;
  const press = (name: string) => stdin.emit("keypress", undefined, { name });
  const listen = (char: string | undefined, key: { name?: string } | undefined) => {
    // Where the cursor is by now: clack goes round at both ends.
    if (key?.name === "down" || key?.name === "j") at = (at + 1) % choices.length;
    else if (key?.name === "up" || key?.name === "k") at = (at + choices.length - 1) % choices.length;
    const wanted = choices.findIndex((c) => c.key !== undefined && c.key === char?.toLowerCase());
    if (wanted === -1) return;
    for (let steps = (wanted - at + choices.length) % choices.length; steps > 0; steps--) press("down");
    press("return");
  };
  stdin.on("keypress", listen);
  return () => stdin.off("keypress", listen);
}

function dimLines(text: string, style: Style): string {
  return text.replace(/^.+$/gm, (line) => style.dim(line));
}
