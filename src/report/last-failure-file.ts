import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import envPaths from "env-paths";
import { isRecord } from "../lib/record.js";
import type { TargetNames } from "../project/target-names.js";
import { redactDeep } from "../redaction/redact.js";
import { truncate } from "../redaction/truncate.js";

/** The last failure of a project, as kept between runs. Every text is redacted and bounded. */
export interface LastFailure {
  /** ISO 8601. */
  at: string;
  command: string;
  tool: string;
  node: string;
  wrangler: string | null;
  system: string;
  code: string;
  message: string;
  advice: string;
  /** Whether the statements were in the database then; null if that was unknown. */
  applied: boolean | null;
  target: TargetNames | null;
  /** What wrangler printed. */
  said: string | null;
  /** The stack trace if it was a bug in this program; earlier versions did not store it. */
  stack?: string | null;
  /** When a later run on the same database succeeded, ISO 8601; null until one does. */
  solvedAt: string | null;
}

/** The contents of the file: the failure, and hashes that identify its database and folder without naming them. */
export interface KeptFailure extends LastFailure {
  version: 1;
  place: { database: string | null; folder: string; asked: string };
}

/** The maximum characters of each kept text. */
const longestText = 4000;
/** Bytes beyond which the file cannot be ours. */
const longestFile = 100_000;
/** The number of projects whose failures are kept. */
const mostFiles = 20;

/** A hash that distinguishes texts without revealing them. */
export function hashOf(...parts: (string | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/**
 * The file in the user's state folder: one for each project, since a report must not show another project's failure.
 * @param env the environment; an absolute XDG_STATE_HOME is used on every system
 * @param project the project's folder, absolute; links are resolved
 */
export function lastFailureFile(env: NodeJS.ProcessEnv, project: string): string {
  const name = "kv-manager-upgrade";
  const state = env.XDG_STATE_HOME ?? "";
  const folder = isAbsolute(state) ? join(state, name) : envPaths(name, { suffix: "" }).log;
  return join(folder, `last-failure-${hashOf(realPath(project))}.json`);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It was deleted or cannot be accessed, so its name must do.
    return path;
  }
}

/**
 * Writes the file atomically, readable only by its user.
 * @param redact removes secrets from each text
 * @throws {Error} the system's error
 */
export function writeLastFailure(
  file: string,
  kept: KeptFailure,
  redact: (text: string) => string = (text) => text,
): void {
  const bounded = redactDeep(kept, (text) => truncate(redact(text), longestText));
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  makeFolder(dirname(file));
  try {
    writeFileSync(draft, `${JSON.stringify(bounded, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  forgetOldest(dirname(file));
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => /^last-failure-[\da-f]{16}\.json$/.test(name))
    .map((name) => join(folder, name))
    .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of files.slice(mostFiles)) rmSync(path, { force: true });
}

/** Step by step: Node's recursive mkdir never returns if the system refuses with ENOENT, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another run created it first.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * The last failure of a project on this computer.
 * @param project its folder, absolute
 * @returns null if there was none, or the file is not ours
 */
export function readLastFailure(env: NodeJS.ProcessEnv, project: string): LastFailure | null {
  const kept = readKept(lastFailureFile(env, project));
  if (kept === null) return null;
  const { version: _version, place: _place, ...failure } = kept;
  return failure;
}

/**
 * Reads the whole file.
 * @returns null if there is none, or it is not ours
 */
export function readKept(file: string): KeptFailure | null {
  try {
    if (statSync(file).size > longestFile) return null;
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isKept(value) ? (value as KeptFailure) : null;
  } catch {
    // It is missing or damaged, so no earlier failure is known.
    return null;
  }
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string";
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const shaped =
  (shape: Record<string, Check>): Check =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([key, check]) => check(value[key]));

const isKept = shaped({
  version: (value) => value === 1,
  ...{ at: isText, command: isText, tool: isText, node: isText, wrangler: orNull(isText), system: isText },
  ...{ code: isText, message: isText, advice: isText, said: orNull(isText), solvedAt: orNull(isText) },
  stack: (value) => value === undefined || value === null || isText(value),
  applied: orNull((value) => typeof value === "boolean"),
  target: orNull(
    shaped({
      location: isText,
      binding: orNull(isText),
      database: orNull(isText),
      config: orNull(isText),
      env: orNull(isText),
    }),
  ),
  place: shaped({ database: orNull(isText), folder: isText, asked: isText }),
});
