import * as words from "../words/snapshot-file.js";
import { nameOf, readBounded } from "./bounded-input.js";
import { type SavedSchema, snapshotIn } from "./snapshot-in-text.js";

/** Some hundred times the schema of KV Manager. */
const longest = { bytes: 2 * 1024 * 1024, text: "2 MB", advice: words.adviceOnFile };

/**
 * Reads a saved schema.
 * @param source absolute path, or `-` for stdin
 * @param signal ends the reading
 * @throws {Problem} as `snapshotIn` and `readBounded`
 * @throws {Cancelled} when `signal` fired
 */
export async function readSnapshot(source: string, signal: AbortSignal | null): Promise<SavedSchema> {
  return snapshotIn(await readBounded(source, longest, signal), nameOf(source));
}
