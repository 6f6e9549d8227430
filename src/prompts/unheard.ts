/** Ctrl-C as a terminal sends it when it does not act on it itself. */
const ctrlC = "\x03";

/**
 * Does work during which keys do nothing: they are not shown, and do not answer the question that comes next. Only
 * Ctrl-C is heard.
 * @param stdin a terminal; anything else is left alone
 * @param leave called for each Ctrl-C
 */
export async function unheard<T>(
  stdin: NodeJS.ReadStream,
  leave: () => void,
  work: () => Promise<T>,
): Promise<T> {
  if (!stdin.isTTY) return await work();
  const listen = (keys: Buffer | string) => {
    if (keys.toString().includes(ctrlC)) leave();
  };
  stdin.setRawMode(true);
  stdin.on("data", listen);
  stdin.resume();
  try {
    return await work();
  } finally {
    stdin.off("data", listen);
    stdin.pause();
    stdin.setRawMode(false);
  }
}
