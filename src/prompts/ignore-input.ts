/** Ctrl-C as a terminal sends it when it does not act on it itself. */
const ctrlC = "\x03";

/** Milliseconds without a key after which none is held down; a held one comes every 30 or so. */
const rest = 300;

/**
 * Does work during which keys do nothing: they are not shown, and do not answer the question that comes next. Only
 * Ctrl-C is heard.
 * @param stdin a terminal; anything else is left alone
 * @param leave called for each Ctrl-C
 * @param pressed called for whatever is pressed
 */
export async function ignoreInput<T>(
  stdin: NodeJS.ReadStream,
  leave: () => void,
  work: () => Promise<T>,
  pressed = () => {},
): Promise<T> {
  if (!stdin.isTTY) return await work();
  const listen = (keys: Buffer | string) => {
    pressed();
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

/**
 * Waits until no key is pressed any more: one that is held down, or was meant for the screen before, is no answer to
 * a question that nobody can have read yet.
 */
export async function untilKeysRest(stdin: NodeJS.ReadStream, leave: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const quiet = () =>
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, rest);
    });
  await ignoreInput(stdin, leave, quiet, () => timer?.refresh());
}
