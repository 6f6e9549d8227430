import type { Output } from "../../screen/output.js";
import { waiting } from "../../words/run.js";
import type { Context } from "../context.js";
import type { Ui } from "../ui.js";

/** Many are read at once, so nothing is said of each of them, and the same wait is told once. */
export function quiet(ui: Ui, output: Output, { interruption }: Context): Ui {
  const said = new Set<string>();
  const once = (text: string) => {
    if (said.size < said.add(text).size) output.note(process.stderr.isTTY ? `\n${text}` : text);
  };
  return {
    ...ui,
    progress: async (_work, _connection, run) => await run(),
    notify: once,
    async wait(seconds, why) {
      once(waiting(why, seconds));
      await interruption.pause(seconds);
    },
  };
}
