import type { Connection } from "../database/arguments.js";
import { targetFlags } from "../project/targets.js";
import { quoted } from "../quoted.js";
import { shownPath } from "../shown-path.js";

/**
 * The command that does something with the same database without asking for it.
 * @param command `status`, `setup`, or nothing for the upgrade
 * @param connection which database
 * @param cwd the folder that the run worked in; named where the user is elsewhere
 * @param yes whether it should apply without asking
 */
export function commandFor(
  command: "status" | "setup" | "",
  { target, location, persistTo }: Connection,
  cwd: string,
  yes: boolean,
): string {
  const words = [
    ...(command === "" ? [] : [command]),
    `--${location}`,
    ...targetFlags(target),
    ...(persistTo === null ? [] : ["--persist-to", shownPath(persistTo, cwd)]),
    ...(cwd === process.cwd() ? [] : ["--cwd", cwd]),
    ...(yes ? ["--yes"] : []),
  ];
  return ["kv-manager-upgrade", ...words.map((word) => quoted(word))].join(" ");
}
