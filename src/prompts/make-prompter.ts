import type { Interruption } from "../lib/interruption.js";
import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import { Prompter } from "./prompter.js";
import type { PromptRenderer } from "./renderer.js";

/**
 * Whether questions must never be redrawn: if `--plain` is given, ACCESSIBLE is set (as for other programs), or the
 * terminal cannot move its cursor.
 */
export function isPlain(wanted: boolean, env: NodeJS.ProcessEnv): boolean {
  return wanted || env.TERM === "dumb" || !["", "0", "false"].includes(env.ACCESSIBLE ?? "");
}

/** The prompter that fits the terminal; only the renderer that is needed is loaded. */
export async function makePrompter(
  plain: boolean,
  output: Output,
  style: Style,
  interruption: Interruption,
): Promise<Prompter> {
  return new Prompter(await makeRenderer(plain, output, style), interruption);
}

async function makeRenderer(plain: boolean, output: Output, style: Style): Promise<PromptRenderer> {
  if (plain) {
    const { plainRenderer } = await import("./plain.js");
    return plainRenderer(process.stdin, output, style);
  }
  const { drawnRenderer } = await import("./drawn.js");
  return drawnRenderer(process.stdin, process.stdout, style, (text) => output.clean(text));
}
