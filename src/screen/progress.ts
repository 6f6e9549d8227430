import type { Output } from "./output.js";

/**
 * Shows that work goes on: the text with the seconds since its beginning, in one line that is cleared at the
 * end. Not a library's spinner: those end the process at Ctrl-C or Esc, and with it a write.
 * @param stream a terminal
 * @param still true where nothing may be redrawn; the text is then printed once
 */
export async function withProgress<T>(
  text: string,
  work: () => Promise<T>,
  stream: NodeJS.WriteStream,
  output: Output,
  still: boolean,
): Promise<T> {
  const began = Date.now();
  const line = output.clean(text);
  if (still) {
    stream.write(`${line}\n`);
    return await work();
  }
  const draw = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    const room = (stream.columns || 80) - 1;
    stream.write(`\r\x1b[2K${`${line}${seconds > 0 ? ` ${seconds} s` : ""}`.slice(0, room)}`);
  };
  draw();
  const timer = setInterval(draw, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    stream.write("\r\x1b[2K");
  }
}
