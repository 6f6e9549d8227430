import type { Output } from "../../screen/output.js";
import { waiting } from "../../words/run.js";
import type { Face } from "../face.js";
import type { World } from "../run.js";

/** Many are read at once, so nothing is said of each of them, and the same wait is told once. */
export function quiet(face: Face, output: Output, { interruption }: World): Face {
  const said = new Set<string>();
  const once = (text: string) => {
    if (said.size < said.add(text).size) output.note(process.stderr.isTTY ? `\n${text}` : text);
  };
  return {
    ...face,
    during: async (_work, _connection, run) => await run(),
    tells: once,
    async wait(seconds, why) {
      once(waiting(why, seconds));
      await interruption.pause(seconds);
    },
  };
}
