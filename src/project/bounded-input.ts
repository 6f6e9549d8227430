import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { Cancelled, Problem } from "../lib/problem.js";
import * as messages from "../messages/snapshot-file.js";

/**
 * Reads a text that the user provides, up to a limit: it may come from a device or an endless pipe.
 * @param source absolute path, or `-` for stdin
 * @param limit.bytes the maximum size
 * @param limit.text the same for people, such as `8 MB`
 * @param limit.advice what to provide when there is nothing to read
 * @param signal aborts reading, as when the user interrupts it
 * @returns the text, decoded; see `decodeText`
 * @throws {Problem} USAGE when there is nothing to read, or too much
 * @throws {Cancelled} when `signal` fired
 */
export async function readBounded(
  source: string,
  limit: { bytes: number; text: string; advice: string },
  signal: AbortSignal | null,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream: Readable = source === "-" ? process.stdin : createReadStream(source);
  const stop = () => stream.destroy(new Cancelled());
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Uint8Array);
      size += bytes.length;
      if (size > limit.bytes)
        throw new Problem("USAGE", messages.tooLong(nameOf(source), limit.text), messages.adviceOnLength);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof Problem || error instanceof Cancelled) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new Problem("USAGE", messages.unreadableFile(nameOf(source), code, message), limit.advice);
  } finally {
    signal?.removeEventListener("abort", stop);
    // A pipe left open would keep the program alive.
    stream.destroy();
  }
  const text = decodeText(Buffer.concat(chunks));
  if (text.trim() === "") throw new Problem("USAGE", messages.noText(nameOf(source)), limit.advice);
  return text;
}

/** What a source is called within a sentence. */
export function nameOf(source: string): string {
  return source === "-" ? messages.standardInput : messages.fileCalled(displayPath(source, currentFolder()));
}

/**
 * Decodes a file by its byte order mark: UTF-8, or UTF-16 as PowerShell's `>` writes it. Without a mark, a zero in one
 * of the first two bytes means UTF-16, since every text read here starts with an ASCII character.
 */
export function decodeText(bytes: Buffer): string {
  const [a, b] = bytes;
  const encoding =
    (a === 0xfe && b === 0xff) || (a === 0 && b !== undefined && b !== 0)
      ? "utf-16be"
      : (a === 0xff && b === 0xfe) || (b === 0 && a !== undefined && a !== 0)
        ? "utf-16le"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
