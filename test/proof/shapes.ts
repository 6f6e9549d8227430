import fc from "fast-check";
import { nameKey } from "../../src/plan/names.js";
import { eraSchemas } from "../support/eras.js";
import type { State } from "../support/states.js";

/** A way to write KV Manager's own SQL; without any field, as KV Manager writes it. */
export interface Shape {
  /** For each word in turn, repeating: 0 unchanged, 1 uppercase, 2 lowercase. */
  cases?: number[];
  /** For each name in turn, repeating: 0 bare, else in one of three kinds of quotes. */
  quotes?: number[];
  /** Added after each word or mark in turn, repeating; empty for none. */
  comments?: string[];
  /** bulk_jobs created in one statement, its columns sorted by these keys, repeating. */
  order?: number[];
  /** Whether namespaces and bulk_jobs are WITHOUT ROWID. */
  withoutRowid?: boolean;
}

const bulkJobs = /CREATE TABLE IF NOT EXISTS bulk_jobs \(\n([\s\S]*?)\n\);/;
const addColumn = /^ALTER TABLE bulk_jobs ADD COLUMN (.*);$/gm;

/**
 * Returns the SQL that creates a database of the oldest era and the SQL that brings it to a state, in a shape.
 * @returns two texts, since the rows belong between them
 */
export function shaped(state: State, shape: Shape): { base: string; state: string } {
  let base: string = eraSchemas.oldest;
  let rest = state.sql;
  if (shape.order !== undefined) {
    const { order } = shape;
    const own = (bulkJobs.exec(base)?.[1] ?? "").split(",\n").map((column) => column.trim());
    const added = [...rest.matchAll(addColumn)].map(([, column]) => column ?? "");
    const columns = [...own.filter(Boolean), ...added]
      .map((column, i) => ({ column, key: order[i % order.length] ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ column }) => `  ${column}`);
    base = base.replace(bulkJobs, `CREATE TABLE IF NOT EXISTS bulk_jobs (\n${columns.join(",\n")}\n);`);
    rest = rest.replace(addColumn, "");
  }
  if (shape.withoutRowid)
    base = base.replace(/(TABLE IF NOT EXISTS (?:namespaces|bulk_jobs) [\s\S]*?\n\));/g, "$1 WITHOUT ROWID;");
  return { base: restyled(base, shape), state: restyled(rest, shape) };
}

/** KV Manager's names; every other word is SQL's. */
const ownNames = new Set(
  (eraSchemas["2025-11-22"].match(/\b[a-z][a-z_]*\b/g) ?? []).filter((name) => name !== "n"),
);

/** Rewrites SQL with different case, quotes and comments; strings and INSERT data stay unchanged. */
function restyled(sql: string, { cases = [0], quotes = [0], comments = [""] }: Shape): string {
  let [words, names, pieces] = [0, 0, 0];
  const next = <T>(list: T[], at: number) => list[at % list.length] as T;
  return sql
    .split(/(?<=;)\n/)
    .map((statement) => {
      // SQLite itself cannot add a column with such a comment after it.
      const alters = /^\s*ALTER/.test(statement);
      return /^\s*INSERT/.test(statement)
        ? statement
        : statement.replace(/'[^']*'|\w+|[(),]/g, (token) => {
            const any = next(comments, pieces++);
            const comment = alters && any.includes("--") ? "" : any;
            if (!/^\w/.test(token)) return `${token}${comment}`;
            const how = next(cases, words++);
            const word = how === 0 ? token : how === 1 ? token.toUpperCase() : token.toLowerCase();
            if (!ownNames.has(token)) return `${word}${comment}`;
            const quote = next(quotes, names++);
            return `${[word, `"${word}"`, `\`${word}\``, `[${word}]`][quote]}${comment}`;
          });
    })
    .join("\n");
}

/** Comments that would mislead a careless parser. */
export const misleadingComments = [
  "",
  " -- metadata TEXT,\n",
  " /* percentage REAL) */ ",
  "",
  "",
  ' -- CREATE TABLE job_audit_events (it\'s "not")\n',
  " /* ; DROP */ ",
];

/** Any shape. */
export const anyShape: fc.Arbitrary<Shape> = fc.record(
  {
    cases: fc.array(fc.nat(2), { minLength: 1, maxLength: 30 }),
    quotes: fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
    comments: fc.array(fc.constantFrom(...misleadingComments), { minLength: 1, maxLength: 12 }),
    order: fc.array(fc.nat(9), { minLength: 1, maxLength: 14 }),
    withoutRowid: fc.boolean(),
  },
  { requiredKeys: [] },
);

const taken = new Set([...ownNames].map(nameKey));
/** Any name that a database may have; SQLite ends names at a zero, and two prefixes are reserved for it and D1. */
export const anyName: fc.Arbitrary<string> = fc
  .string({ minLength: 1, maxLength: 12, unit: "binary" })
  .filter((text) => !text.includes("\0") && !taken.has(nameKey(text)) && !/^(sqlite_|_cf_)/i.test(text));
