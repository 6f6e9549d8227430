import type { Output } from "./output.js";
import type { Style } from "./style.js";

/** A line that stays is printed again after so many seconds, where nothing may be redrawn. */
const reminder = 10;

/** Work in words: while it lasts, which may change with how far it is, and when it has ended. */
export interface Work {
  doing: string | (() => string);
  done: string | (() => string);
}

/**
 * Shows that work goes on: what is done and for how many seconds, in one line; at the end, how long it took. Not a
 * library's spinner: those end the process at Ctrl-C or Esc, and with it a write.
 * @param stream a terminal
 * @param still true where nothing may be redrawn; the line is then printed anew now and then
 */
export async function withProgress<T>(
  { doing, done }: Work,
  work: () => Promise<T>,
  stream: NodeJS.WriteStream,
  { output, style, still }: { output: Output; style: Style; still: boolean },
): Promise<T> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const line = () => `${typeof doing === "string" ? doing : doing()} …`;
  const say = (text: string) => (stream === process.stderr ? output.note(text) : output.result(text));
  const draw = () => {
    const room = (stream.columns || 80) - 1;
    stream.write(`\r\x1b[2K${output.clean(`${line()} ${seconds()} s`).slice(0, room)}`);
  };
  const repeat = () => say(`${line()} ${seconds()} s`);
  if (still) say(line());
  else draw();
  const timer = setInterval(still ? repeat : draw, (still ? reminder : 1) * 1000);
  const clear = () => {
    clearInterval(timer);
    if (!still) stream.write("\r\x1b[2K");
  };
  try {
    const value = await work();
    clear();
    const took = ((Date.now() - began) / 1000).toFixed(1);
    say(
      `${style.good(style.unicode ? "✓" : "[ok]")} ${typeof done === "string" ? done : done()} ${style.dim(`(${took} s)`)}`,
    );
    return value;
  } catch (error) {
    clear();
    throw error;
  }
}
