import { setTimeout as sleep } from "node:timers/promises";
import { type Request, usage } from "../command-line/request.js";
import type { Interruption } from "../database/interruption.js";
import type { Connection } from "../database/wrangler.js";
import { Cancelled } from "../problem.js";
import { chooseTarget } from "../project/targets.js";
import { findWrangler, wranglerFolders } from "../project/wrangler-package.js";
import type { Output } from "../screen/output.js";
import { connectionLine } from "../screen/parts.js";
import type { Face } from "./upgrade.js";

/**
 * The face that never asks: answers come from the flags, a missing one is a usage error that names the flag.
 * Progress goes to stderr.
 */
export function unattendedFace(
  request: Request,
  output: Output,
  interruption: Interruption,
  env: NodeJS.ProcessEnv,
): Face {
  let where = "";
  return {
    async choose({ configs, targets }) {
      const { location, binding, persistTo } = request;
      if (location === null) throw usage("Which database is not said: add --local, --remote or --preview.");
      const target = chooseTarget(configs, targets, {
        binding,
        env: request.env,
        location,
      });
      const connection: Connection = { target, location, persistTo };
      where = connectionLine(connection);
      return connection;
    },
    async locateWrangler({ target }) {
      return findWrangler(wranglerFolders(target.configPath, request.cwd), env.PATH ?? "");
    },
    async during(what, work) {
      output.note(
        what === "inspecting"
          ? `Reading the schema of ${where} …`
          : "Applying the statements and reading the schema again …",
      );
      return await work();
    },
    preview: () => {},
    consents: async () => request.yes,
    wantsSetup: async () => false,
    finishing: () => output.note("Finishing the write first; the program ends after it."),
    async wait(seconds, failure) {
      output.note(`${failure.message} Trying again in ${seconds} s …`);
      await pause(seconds, interruption);
    },
  };
}

/**
 * Waits.
 * @param seconds how long
 * @throws {Cancelled} at once when the user interrupts
 */
export async function pause(seconds: number, interruption: Interruption): Promise<void> {
  const { signal } = interruption;
  try {
    await sleep(seconds * 1000, undefined, signal === null ? {} : { signal });
  } catch {
    throw new Cancelled();
  }
}
