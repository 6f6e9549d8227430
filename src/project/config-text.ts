import { isUtf8 } from "node:buffer";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { messageOf, type Problem } from "../lib/problem.js";
import { atPlace, configFaults, configInvalid, linkToItself, linkToNothing } from "../messages/config.js";

/**
 * The text of a config, read as wrangler reads it: invalid UTF-8 becomes replacement characters.
 * @throws {Problem} CONFIG_INVALID when it cannot be read, is a broken link, or is UTF-16, which wrangler does not read
 */
export function configText(path: string): string {
  const bytes = bytesOf(path);
  if (utf16Of(bytes) !== null) throw configInvalid(basename(path), "", configFaults.utf16);
  return bytes.toString("utf8");
}

/**
 * The text of a template, which must be read without loss: UTF-8, or UTF-16 with a byte order mark, as some Windows
 * editors write it.
 * @throws {Problem} CONFIG_INVALID, with line and column for invalid UTF-8, when it is neither or cannot be read
 */
export function templateText(path: string): string {
  const bytes = bytesOf(path);
  const utf16 = utf16Of(bytes);
  if (utf16 === null) return utf8(path, bytes);
  try {
    return new TextDecoder(utf16, { fatal: true }).decode(bytes);
  } catch {
    throw configInvalid(basename(path), "", configFaults.brokenUtf16);
  }
}

/**
 * The text of a config to be changed: writing it back gives the same bytes.
 * @throws {Problem} CONFIG_INVALID when it is not UTF-8 (with line and column), or cannot be read
 */
export function exactText(path: string): string {
  return utf8(path, bytesOf(path));
}

function utf8(path: string, bytes: Buffer): string {
  if (!isUtf8(bytes)) throw configInvalid(basename(path), firstOdd(bytes), configFaults.notUtf8);
  return bytes.toString("utf8");
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isLink(path)) throw lostLink(path, error);
    throw configInvalid(basename(path), "", messageOf(error));
  }
}

/** Whether a path is a link, wherever it leads. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** The problem with a link that cannot be followed. */
function lostLink(path: string, error: unknown): Problem {
  const { code } = error as NodeJS.ErrnoException;
  const [file, target] = [basename(path), readlinkSync(path)];
  if (code === "ENOENT" || code === "ENOTDIR") return linkToNothing(file, target);
  return code === "ELOOP" ? linkToItself(file, target) : configInvalid(file, "", messageOf(error));
}

/** The UTF-16 variant that a file's byte order mark indicates. */
function utf16Of([a, b]: Buffer): "utf-16be" | "utf-16le" | null {
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0xff && b === 0xfe ? "utf-16le" : null;
}

/** The position of the first byte that is not valid UTF-8. */
function firstOdd(bytes: Buffer): string {
  let end = 0;
  // Up to the first replacement character that is not in the file itself.
  for (const char of bytes.toString("utf8")) {
    const size = Buffer.byteLength(char);
    if (!bytes.subarray(end, end + size).equals(Buffer.from(char))) break;
    end += size;
  }
  const lines = bytes.toString("utf8", 0, end).split("\n");
  return atPlace(lines.length, [...(lines.at(-1) ?? "")].length + 1);
}
