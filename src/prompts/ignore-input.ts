/** Ctrl-C as a terminal in raw mode sends it. */
const ctrlC = "\x03";

/** Milliseconds without input after which no key is held down; a held key repeats about every 30. */
const rest = 300;

/**
 * Does work while ignoring keys: they are not shown and do not answer the next question. Only Ctrl-C has an effect.
 * @param stdin a terminal; anything else is left alone
 * @param leave called for each Ctrl-C
 * @param pressed called for any key
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
 * Waits until no key is pressed: one held down, or meant for the previous screen, must not answer a question that no
 * one can have read yet.
 */
export async function waitForNoInput(stdin: NodeJS.ReadStream, leave: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const quiet = () =>
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, rest);
    });
  await ignoreInput(stdin, leave, quiet, () => timer?.refresh());
}
