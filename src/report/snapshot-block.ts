import type { Catalogue } from "../plan/catalogue.js";
import { ledgerTable } from "../plan/kv-manager.js";
import { nameKey } from "../plan/names.js";
import * as words from "../words/support-report.js";

/** Characters that the schema may take of an issue; GitHub takes 65536 for the whole. */
const longest = 40_000;

/** Other tables that stay, so that a foreign database is still seen to be one. */
const othersKept = 5;

interface Entry {
  name: string;
  indexes?: { name: string }[];
}

interface Saved {
  inspection: number;
  /** Which one of several it is, such as `2 of 6`. */
  part?: unknown;
  target?: unknown;
  kvManager?: unknown;
  objects: Entry[];
  tables: Entry[];
}

/**
 * A schema as a fenced block that `--snapshot` reads back. One table a line. A schema that is too long is cut to what
 * concerns KV Manager, which gives the same plan.
 * @param snapshot as `encodeSnapshot` makes it, redacted
 * @param catalogue what KV Manager has
 */
export function snapshotBlock(snapshot: Record<string, unknown>, catalogue: Catalogue): string {
  const all = snapshot as unknown as Saved;
  const whole = write(all);
  if (whole.length <= longest) return fenced(whole);
  const ours = ownNames(catalogue);
  const concerns = ({ name, indexes = [] }: Entry) =>
    ours.has(nameKey(name)) || indexes.some((index) => ours.has(nameKey(index.name)));
  const cut = <T extends Entry>(entries: T[]) => {
    let others = 0;
    return entries.filter((entry) => concerns(entry) || ++others <= othersKept);
  };
  const [objects, tables] = [cut(all.objects), cut(all.tables)];
  const left = all.objects.length - objects.length + (all.tables.length - tables.length);
  const short = write({ ...all, objects, tables });
  return short.length <= longest ? `${words.schemaCut(left)}\n\n${fenced(short)}` : words.schemaTooLong;
}

/** The names of all tables and indexes that KV Manager has or gets, and of its own ledger. */
function ownNames({ base, migrations }: Catalogue): Set<string> {
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
 * JSON in which texts have only letters, digits and a few harmless signs as they are: no name can end the fence, be
 * taken for HTML, or make a later search for secrets cut the JSON in two.
 */
function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "string" ? marked(item) : item,
  ).replace(/\uE000([0-9a-f]{4})/g, "\\u$1");
}

/** Characters to be escaped, as a private mark and their number: JSON itself would escape a backslash again. */
function marked(text: string): string {
  return text.replace(
    /[^\w .,;()'*+/-]/g,
    (char) => `\uE000${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function fenced(json: string): string {
  return `\`\`\`json\n${json}\n\`\`\``;
}
