import { endedBySystem, endedInSilence } from "../../diagnostics/diagnostics.js";
import { type DatabaseFailure, failureAs, failureFrom } from "../failures.js";
import type { ProcessAnswer } from "../process.js";
import { parseFailure } from "./wrangler-output.js";

/**
 * The problem that wrangler's exit stands for.
 * @param local whether it was about a local database
 */
export function failureOf(
  { exitCode, signal, stdout, stderr }: Pick<ProcessAnswer, "exitCode" | "signal" | "stdout" | "stderr">,
  local: boolean,
): DatabaseFailure {
  const said = parseFailure(stdout, stderr);
  if (said.text !== "") return failureFrom(said, local);
  // A shell reports the signal as an exit code.
  if (signal === "SIGKILL" || exitCode === 137) return failureAs(endedBySystem);
  // If its own second process is killed, wrangler's first one ends like this.
  if (exitCode === 0) return failureAs(endedInSilence);
  return failureFrom(signal === null ? said : { ...said, text: signal }, local);
}
