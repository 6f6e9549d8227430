import * as messages from "../messages/support-report.js";
import type { Catalog } from "../plan/catalog.js";
import { ledgerTable } from "../plan/kv-manager.js";
import { nameKey } from "../plan/names.js";

/** Characters that the schema may take in an issue; GitHub allows 65536 in total. */
const longest = 40_000;

/** Other tables to keep, so that a foreign database is still recognized as one. */
const othersKept = 5;

interface Entry {
  name: string;
  indexes?: { name: string }[];
}

interface Saved {
  inspection: number;
  /** Its number among several, such as `2 of 6`. */
  part?: unknown;
  target?: unknown;
  kvManager?: unknown;
  objects: Entry[];
  tables: Entry[];
}

/**
 * Formats a schema as a fenced block that `--snapshot` reads back, one table a line. A schema that is too long is cut
 * to what concerns KV Manager, which gives the same plan.
 * @param snapshot as `encodeSnapshot` returns it, redacted
 */
export function snapshotBlock(snapshot: Record<string, unknown>, catalog: Catalog): string {
  const all = snapshot as unknown as Saved;
  const whole = write(all);
  if (whole.length <= longest) return fenced(whole);
  const ours = ownNames(catalog);
  const concerns = ({ name, indexes = [] }: Entry) =>
    ours.has(nameKey(name)) || indexes.some((index) => ours.has(nameKey(index.name)));
  const cut = <T extends Entry>(entries: T[]) => {
    let others = 0;
    return entries.filter((entry) => concerns(entry) || ++others <= othersKept);
  };
  const [objects, tables] = [cut(all.objects), cut(all.tables)];
  const left = all.objects.length - objects.length + (all.tables.length - tables.length);
  const short = write({ ...all, objects, tables });
  return short.length <= longest ? `${messages.schemaCut(left)}\n\n${fenced(short)}` : messages.schemaTooLong;
}

/** The names of all of KV Manager's tables and indexes, including those still to be added, and of its ledger. */
function ownNames({ base, migrations }: Catalog): Set<string> {
  const objects = [...base, ...migrations.flatMap((m) => m.statements)].map((s) => s.provides);
  return new Set([...objects.map((o) => nameKey(o.kind === "column" ? o.table : o.name)), ledgerTable]);
}

function write({ inspection, part, target, kvManager, objects, tables }: Saved) {
  const lines = (entries: Entry[]) => entries.map((entry) => `\n${safeJson(entry)}`).join(",");
  const field = (name: string, value: unknown) =>
    value === undefined ? "" : `"${name}":${safeJson(value)},`;
  const of = field("part", part) + field("target", target) + field("kvManager", kvManager);
  return `{"inspection":${inspection},${of}"objects":[${lines(objects)}],"tables":[${lines(tables)}]}`;
}

/**
 * JSON in which strings have only letters, digits and a few harmless characters unescaped: no name can end the fence,
 * be taken for HTML, or make a later redaction break the JSON.
 */
function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "string" ? marked(item) : item,
  ).replace(/\uE000([0-9a-f]{4})/g, "\\u$1");
}

/** Replaces characters to escape by a private mark and their code: JSON would escape a backslash again. */
function marked(text: string): string {
  return text.replace(
    /[^\w .,;()'*+/-]/g,
    (char) => `\uE000${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function fenced(json: string): string {
  return `\`\`\`json\n${json}\n\`\`\``;
}
