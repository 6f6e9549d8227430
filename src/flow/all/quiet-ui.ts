import { waiting } from "../../messages/run.js";
import type { Program } from "../program.js";
import type { Ui } from "../ui.js";

/** A user interface for reading many databases at the same time: no progress for each, and each message only once. */
export function quiet(ui: Ui, { output, context }: Pick<Program, "output" | "context">): Ui {
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
      await context.interruption.pause(seconds);
    },
  };
}
