import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import type { Prompts } from "./prompts.js";

/**
 * Whether questions have to stay as they are printed: asked for with `--plain` (or ACCESSIBLE, as other programs
 * have it), or since the terminal cannot move its cursor.
 */
export function isPlain(wanted: boolean, env: NodeJS.ProcessEnv): boolean {
  return wanted || env.TERM === "dumb" || !["", "0", "false"].includes(env.ACCESSIBLE ?? "");
}

/** The prompts of either kind; only the one that is needed is loaded. */
export async function makePrompts(plain: boolean, output: Output, style: Style): Promise<Prompts> {
  if (plain) {
    const { plainPrompts } = await import("./plain.js");
    return plainPrompts(process.stdin, output, style);
  }
  const { drawnPrompts } = await import("./drawn.js");
  return drawnPrompts(process.stdin, process.stdout, style, (text) => output.clean(text));
}
