import * as messages from "../messages/run.js";
import { usage } from "../messages/usage.js";
import { chooseTarget } from "../project/targets.js";
import { connectionLine } from "../screen/connection-line.js";
import { wranglerFor } from "./context.js";
import type { Program } from "./program.js";
import type { Ui } from "./ui.js";

/**
 * The user interface that never asks: the answers come from flags, and a missing location is a usage error that names
 * the flags. Progress goes to stderr.
 */
export function unattendedUi(program: Program): Ui {
  const { request, output, context } = program;
  return {
    asks: false,
    async choose({ configs, targets }) {
      const { location, binding, persistTo } = request;
      if (location === null) throw usage("No database is selected: add --local, --remote or --preview.");
      const target = chooseTarget(configs, targets, { binding, env: request.env, location });
      return { target, location, persistTo, account: null };
    },
    locateWrangler: (connection) => wranglerFor(connection, program),
    async progress(work, connection, run) {
      output.note(messages.announced(work, connectionLine(connection), connection.location === "local"));
      return await run();
    },
    async confirmWithoutRestorePoint(why) {
      output.note(messages.noRestorePoint(why));
      return true;
    },
    preview: () => {},
    // A different name is noted in the result.
    confirmName: async () => true,
    confirmApply: async () => request.yes,
    confirmSetup: async () => false,
    kvManager: async ({ kvManager }) => kvManager,
    async confirmStep(step) {
      const confirmed = request.yes && !request.dryRun;
      output.note(confirmed ? step.about : `${step.about}\n${step.would}`);
      return confirmed;
    },
    placement: async () => ({ location: request.d1Location, jurisdiction: request.jurisdiction }),
    notify: (text) => output.note(text),
    finishing: () => output.note(messages.finishing),
    async wait(seconds, why) {
      output.note(messages.waiting(why, seconds));
      await context.interruption.pause(seconds);
    },
  };
}
