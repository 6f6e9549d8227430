import { blankResult, exitCodeOfResult } from "./result.js";
import { jsonDocument, type Tool } from "./screen/document.js";
import { redactDeep } from "./screen/redact.js";
import { redacted } from "./screen/redacted.js";
import { hasUntoldWrite } from "./untold-write.js";
import { fromDeletedFolder, programFault } from "./words/refusals.js";

/**
 * Where every error ends that nothing else has caught, be it before the flow, in it, or while its result is shown:
 * told in words, with `--json` as the one document, without secrets. It uses no more of the program than it must,
 * since any part of it may be what has failed.
 * @param error what was thrown
 * @param argv the words after the program's name
 * @returns the exit code: 4 when a write has begun of which the user does not know the end
 */
export function lastCatch(error: unknown, argv: string[], tool: Tool): number {
  const untold = hasUntoldWrite();
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const problem = isLostFolder(error) ? fromDeletedFolder() : programFault(said, untold);
  const applied = untold ? null : false;
  const result = { ...blankResult(), problem, applied, outcome: untold ? "unknown" : "failed" } as const;
  if (argv.includes("--json") && !wroteDocument) {
    wroteDocument = true;
    // No database is known here, so no path is made relative to anything.
    const document = redactDeep(jsonDocument(result, tool, "/"), redacted);
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  const changed = untold ? "" : "Nothing was changed.\n";
  process.stderr.write(redacted(`${problem.message}\n${changed}${problem.advice}\n`));
  return exitCodeOfResult(result);
}

let wroteDocument = false;

/** Says that the one JSON document is out, so that no second one follows it. */
export function documentIsWritten(): void {
  wroteDocument = true;
}

/** The folder that the user is in was deleted: nothing can be found from there. */
function isLostFolder(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "ENOENT" && syscall === "uv_cwd";
}
