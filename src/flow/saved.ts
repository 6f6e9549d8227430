import * as messages from "../messages/snapshot-file.js";
import { readCatalog } from "../plan/read-catalog.js";
import { nameOf, readBounded } from "../project/bounded-input.js";
import { type Result, resultOf } from "../run/result.js";
import { longestSchema, type SavedSchema, snapshotsIn } from "../saved-schema/snapshot-in-text.js";
import { planSnapshot } from "../saved-schema/snapshot-plan.js";
import { namedByFlag } from "./kv-manager.js";
import type { Program } from "./program.js";
import { endedEarly, neverStarted } from "./run-end.js";

const limit = { ...longestSchema, advice: messages.adviceOnFile };

/**
 * Plans saved schemas: the one in the source, or each one in a report about several databases.
 * @param source absolute path, or `-` for stdin
 * @returns at least one result; a failure is part of it, never thrown
 */
export async function planSaved(source: string, { request, output, context }: Program): Promise<Result[]> {
  if (source === "-" && process.stdin.isTTY) output.note(messages.pasteHere);
  let saved: SavedSchema[];
  try {
    saved = snapshotsIn(await readBounded(source, limit, context.interruption.signal), nameOf(source));
  } catch (error) {
    return [neverStarted(error, request)];
  }
  return saved.map((schema) => {
    try {
      const { facts, problem } = planSnapshot(schema, namedByFlag(request), readCatalog());
      return problem === null ? resultOf(facts) : endedEarly(facts, problem, request);
    } catch (error) {
      return neverStarted(error, request);
    }
  });
}
