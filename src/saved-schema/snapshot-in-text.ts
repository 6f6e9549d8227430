import { failureFrom } from "../database/failures.js";
import { inspectionColumn } from "../database/inspection-query.js";
import { decodeSnapshot, ShapeError, type Snapshot } from "../database/snapshot.js";
import { parseFailure } from "../database/wrangler/wrangler-output.js";
import { flagsIn } from "../explain/flags-in-text.js";
import { Problem } from "../lib/problem.js";
import { fieldsOf } from "../lib/record.js";
import { filled } from "../messages/placeholders.js";
import * as messages from "../messages/snapshot-file.js";
import { title } from "../messages/support-report.js";
import type { KvManager } from "../plan/kv-manager.js";
import type { TargetPart } from "../project/target-names.js";
import { redactDeep } from "../redaction/redact.js";
import { redacted } from "../redaction/redacted.js";
import { truncate } from "../redaction/truncate.js";
import { jsonIn } from "./json-in-text.js";
import { snapshotKvManager, snapshotTarget } from "./snapshot-target.js";

/** A saved schema. */
export interface SavedSchema {
  snapshot: Snapshot;
  /** The database that it is from; null if the text does not say. */
  target: TargetPart | null;
  /** The KV Manager that it was planned for; null if the text does not say. */
  kvManager: KvManager | null;
  /** Things worth knowing about the text. */
  notes: string[];
}

/** The longest text that is searched: about a hundred times KV Manager's schema. */
export const longestSchema = { bytes: 2 * 1024 * 1024, text: "2 MB" };

/**
 * Finds the schema in a text: a report (Markdown or JSON), a bare snapshot, or what wrangler or the D1 console showed
 * for the inspection query (JSON, a table, or its one cell), each with whatever was copied around it.
 * @param text what the user passed in
 * @param name what messages call it
 * @returns the last schema in it, with its database if a report gives it, and a note if there were several
 * @throws {Problem} USAGE if there is none or it is damaged; the failure's own code if wrangler failed
 */
export function snapshotIn(text: string, name: string): SavedSchema {
  const inspections = inspectionsOf(text, name);
  const notes = inspections.length > 1 ? [messages.severalSchemas(inspections.length)] : [];
  return savedSchema(inspections.at(-1), name, notes);
}

/**
 * Finds the schemas in a text, see `snapshotIn`: all those in a report about several databases; in anything else, only
 * the last one.
 * @returns at least one
 * @throws {Problem} as `snapshotIn`
 */
export function snapshotsIn(text: string, name: string): SavedSchema[] {
  const inspections = inspectionsOf(text, name);
  const targets = inspections.map((inspection) => JSON.stringify(snapshotTarget(inspection)));
  const arePartsOfOne = inspections.every((inspection) => Object.hasOwn(inspection as object, "part"));
  const eachItsOwn = arePartsOfOne || (!targets.includes("null") && new Set(targets).size === targets.length);
  if (inspections.length < 2 || !eachItsOwn) return [snapshotIn(text, name)];
  return inspections.map((inspection) => savedSchema(inspection, name, []));
}

/** Finds at least one possible schema in a text, in order. @throws {Problem} if there is none */
function inspectionsOf(text: string, name: string): unknown[] {
  const documents = jsonIn(text);
  const found = schemasIn(documents);
  if (found.length > 0) return found;
  const typed = asTyped(text);
  for (const plain of [typed, cellsIn(typed)]) {
    const inspections = schemasIn(jsonIn(plain));
    if (inspections.length > 0) return inspections;
  }
  throw whyNone(text, documents, name);
}

function savedSchema(inspection: unknown, name: string, notes: string[]): SavedSchema {
  try {
    const snapshot = decodeSnapshot(redactDeep(inspection, shortened));
    return { snapshot, target: snapshotTarget(inspection), kvManager: snapshotKvManager(inspection), notes };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new Problem("USAGE", messages.damagedSchema(name, error.message), messages.adviceOnDamage);
  }
}

function schemasIn(documents: unknown[]): unknown[] {
  return documents.flatMap((value) => inspectionsIn(value, 0));
}

/** The start of an inspection in a table cell, with its quotes plain, doubled (CSV) or escaped (JSON). */
const cell = /\{\s*(\\?"|"")inspection\1/;

/** Moves schemas in table cells to the start of a line, where documents are searched for. */
function cellsIn(text: string): string {
  const quote = cell.exec(text)?.[1];
  if (quote === undefined) return "";
  const plain =
    quote === '"' ? text : quote === '""' ? text.replaceAll('""', '"') : text.replace(/\\(["\\])/g, "$1");
  return plain.replace(/\{\s*"inspection"/g, "\n$&");
}

/** Characters that a web page, an email or a word processor substitutes for others. */
const replaced: Record<string, string> = {
  ...{ "&quot;": '"', "&#34;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#39;": "'", "&nbsp;": " " },
  ...{ "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " " },
};

/** Undoes such substitutions. */
function asTyped(text: string): string {
  return text.replace(
    /&(?:quot|#34|amp|lt|gt|#39|nbsp);|[\u201c-\u201e\u2018\u2019\u00a0]/g,
    (sign) => replaced[sign] ?? sign,
  );
}

/** The maximum depth of an inspection in a report's JSON or in wrangler's output. */
const deepest = 6;

/** Finds what may be inspections, wherever the known formats have them; their shape is still to be checked. */
function inspectionsIn(value: unknown, depth: number): unknown[] {
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((item) => inspectionsIn(item, depth + 1));
  const fields = value as Record<string, unknown>;
  if (Object.hasOwn(fields, "inspection")) return [fields];
  const text = Object.hasOwn(fields, inspectionColumn) ? fields[inspectionColumn] : null;
  if (typeof text === "string") return jsonIn(text).slice(0, 1);
  return ["result", "results", "report", "databases", "snapshot"].flatMap((key) =>
    Object.hasOwn(fields, key) ? inspectionsIn(fields[key], depth + 1) : [],
  );
}

/** The start of a schema, with its quotes plain, escaped or replaced. */
const beginning = /inspection(?:\\?"|&quot;|&#34;|[\u201c-\u201e])\s*:\s*\d/;

/**
 * Why there is no schema in a text: it is damaged, wrangler failed or was run without --json, or the text is something
 * else.
 */
function whyNone(text: string, documents: unknown[], name: string): Problem {
  const documentWith = (key: string) => documents.find((value) => fieldsOf(value)[key] !== undefined);
  if (beginning.test(text)) return new Problem("USAGE", messages.brokenSchema(name), messages.adviceOnDamage);
  // A report, or this program's JSON, which may contain an `error` too.
  if (text.includes(title) || documentWith("schemaVersion") !== undefined)
    return new Problem("USAGE", messages.reportWithoutSchema(name), messages.adviceOnReport);
  const failed = documentWith("error");
  if (failed !== undefined || /\[ERROR\]/.test(text)) {
    const said =
      failed === undefined ? truncate(text.slice(0, searched), longestText) : JSON.stringify(failed);
    const failure = failureFrom(parseFailure(said, ""));
    return new Problem(
      failure.code,
      `${messages.savedFailure} ${failure.message}`,
      filled(failure.advice, flagsIn(text)),
    );
  }
  const table = text.includes(inspectionColumn) && /[│|┌+]/.test(text);
  return new Problem(
    "USAGE",
    messages.noSchema(name),
    table ? messages.printedWithoutJson : messages.adviceOnSchema,
  );
}

/** The maximum characters of a name, type or default: more is not useful, and takes too long to search. */
const longestText = 2000;

/** Characters of a longer text to search for secrets before it is cut. */
const searched = 3 * longestText;

/** Cuts a text anywhere, since a name may have no word breaks; secrets are redacted first. */
function shortened(text: string): string {
  if (text.length <= longestText) return text;
  return `${redacted(text.slice(0, searched)).slice(0, longestText)}…`;
}
