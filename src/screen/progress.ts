import type { Output } from "./output.js";
import type { Style } from "./style.js";

/** Seconds after which the line is printed again if nothing may be redrawn. */
const reminder = 10;

/** The texts for a piece of work: while it runs, which may depend on its progress, and once it is done. */
export interface Work {
  doing: string | (() => string);
  done: string | (() => string);
}

/**
 * Shows progress in one line: what is being done and for how many seconds; at the end, how long it took. Not a
 * library's spinner: those end the process on Ctrl-C or Esc, and with it a write.
 * @param stream a terminal
 * @param isPlain true if nothing may be redrawn; the line is then printed again every `reminder` seconds
 */
export async function withProgress<T>(
  { doing, done }: Work,
  work: () => Promise<T>,
  stream: NodeJS.WriteStream,
  { output, style, isPlain }: { output: Output; style: Style; isPlain: boolean },
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
  if (isPlain) say(line());
  else draw();
  const timer = setInterval(isPlain ? repeat : draw, (isPlain ? reminder : 1) * 1000);
  let value: T;
  try {
    value = await work();
  } finally {
    clearInterval(timer);
    if (!isPlain) stream.write("\r\x1b[2K");
  }
  const took = style.dim(`(${((Date.now() - began) / 1000).toFixed(1)} s)`);
  say(`${style.good(style.unicode ? "✓" : "[ok]")} ${typeof done === "string" ? done : done()} ${took}`);
  return value;
}
