import type { Request } from "../command-line/request.js";
import { quoted } from "../command-line/self.js";
import type { Connection } from "../database/arguments.js";
import { targetFlags } from "../project/targets.js";

/**
 * The command that does something with the same database without asking.
 * @param command `status`, `setup`, or nothing for the upgrade
 * @param startedIn the folder that the user is in
 */
export function commandFor(
  command: "status" | "setup" | "",
  { target, location, persistTo }: Connection,
  request: Pick<Request, "cwd">,
  startedIn: string,
): string {
  const words = [
    ...(command === "" ? [] : [command]),
    `--${location}`,
    ...targetFlags(target),
    ...(persistTo === null ? [] : ["--persist-to", persistTo]),
    ...(request.cwd === startedIn ? [] : ["--cwd", request.cwd]),
    ...(command === "status" ? [] : ["--yes"]),
  ];
  return ["kv-manager-upgrade", ...words.map(quoted)].join(" ");
}
