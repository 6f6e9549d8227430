import * as words from "../words/snapshot-file.js";
import { nameOf, readBounded } from "./bounded-input.js";
import { longestSchema, type SavedSchema, snapshotIn } from "./snapshot-in-text.js";

const limit = { ...longestSchema, advice: words.adviceOnFile };

/**
 * Reads a saved schema.
 * @param source absolute path, or `-` for stdin
 * @param signal ends the reading
 * @throws {Problem} as `snapshotIn` and `readBounded`
 * @throws {Cancelled} when `signal` fired
 */
export async function readSnapshot(source: string, signal: AbortSignal | null): Promise<SavedSchema> {
  return snapshotIn(await readBounded(source, limit, signal), nameOf(source));
}
