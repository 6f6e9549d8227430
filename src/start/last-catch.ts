import { fromDeletedFolder, programFault, resultStillValid } from "../messages/refusals.js";
import { changed, next } from "../messages/run.js";
import { redactDeep } from "../redaction/redact.js";
import { redacted } from "../redaction/redacted.js";
import { documentIsWritten, runSoFar } from "../run/record.js";
import { exitCodeOfResult, noFacts, type Result } from "../run/result.js";
import { jsonDocument, type ToolInfo } from "../screen/json-output.js";

/**
 * Handles every error that nothing else has caught, whether before the flow, in it, or while its result is shown:
 * prints it, with `--json` also as the one document, without secrets, and keeps it for a report. It uses as little of
 * the program as possible, since any part of it may be what has failed.
 * @param error what was thrown
 * @param argv the arguments after the program's name
 * @returns the exit code: the result's if it was shown already; 4 when a write has started whose outcome the user does
 *   not know
 */
export async function lastCatch(error: unknown, argv: string[], tool: ToolInfo): Promise<number> {
  const keep = await keeper();
  // Nothing is awaited from here on: work still in progress must not falsify what is reported.
  const { unreportedWrite, restorePoint, changes, shown } = runSoFar();
  const problem = isLostFolder(error)
    ? fromDeletedFolder()
    : programFault(error, unreportedWrite, argv.includes("--debug"));
  const result: Result = {
    ...noFacts,
    ...{ problem, prepared: changes, restorePoint: unreportedWrite ? restorePoint : null },
    ...{ applied: unreportedWrite ? null : false, outcome: unreportedWrite ? "unknown" : "failed" },
  };
  attempt(() => keep(result));
  if (argv.includes("--json") && !runSoFar().documentWritten)
    attempt(() => {
      documentIsWritten();
      // No database is known here, so no path is made relative to anything.
      const document = redactDeep(jsonDocument(result, tool, "/"), redacted);
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    });
  const text = [problem.message, whatChanged(result, shown), problem.advice, wayBack(result)];
  attempt(() => process.stderr.write(redacted(`${text.filter(Boolean).join("\n")}\n`)));
  return shown ?? exitCodeOfResult(result);
}

function whatChanged({ applied, prepared }: Result, shown: number | null): string {
  if (shown !== null) return resultStillValid;
  return applied === null ? prepared.join(" ") : changed(prepared);
}

function wayBack({ restorePoint }: Result): string {
  return restorePoint === null ? "" : next.restore(restorePoint.command);
}

/** Loads the function that keeps the failure for a later report; it may be what has failed. */
async function keeper(): Promise<(result: Result) => void> {
  try {
    return (await runSoFar().loadKeeper?.()) ?? (() => {});
  } catch {
    return () => {};
  }
}

/** Ignores errors: no one is left to tell that even this has failed, and the exit code still tells the truth. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}

/** Whether the user's current folder was deleted: nothing can be found from there. */
function isLostFolder(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "ENOENT" && syscall === "uv_cwd";
}
