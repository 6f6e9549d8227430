// Sentences on how a database differs from what KV Manager needs. `column` is a name like bulk_jobs.metadata; `is` and
// `should` are declarations as text, such as `REAL DEFAULT 0`.

/** A generated column. */
export function isGenerated(column: string): string {
  return `The column ${column} is a generated column, so KV Manager cannot write to it.`;
}

/** A different type in a STRICT table. */
export function otherStrictType(column: string, is: string, should: string): string {
  return `The column ${column} is ${is} in a STRICT table, and KV Manager needs ${should}.`;
}

/** A required column that KV Manager does not always fill. */
export function mustBeFilled(column: string): string {
  return `The column ${column} is NOT NULL without a default, and KV Manager sometimes leaves it empty.`;
}

/** A required column that KV Manager does not know. */
export function unknownRequiredColumn(column: string): string {
  return `The column ${column} is NOT NULL without a default, and KV Manager does not fill it.`;
}

/** A different but harmless declaration. */
export function definitionDiffers(column: string, is: string, should: string): string {
  return `The column ${column} is ${is || "untyped"} instead of ${should || "untyped"}; it still works.`;
}

/** A key that does not number rows automatically. */
export function noAutoNumbering(column: string): string {
  return `The column ${column} does not number its rows automatically, which KV Manager needs.`;
}

/** @param to what the foreign key refers to: a table, or `table(column)` */
export function refersElsewhere(column: string, to: string): string {
  return `The column ${column} refers to ${to}, which would reject KV Manager's rows.`;
}

/** @param to what the foreign key should refer to: `table(column)` */
export function hasNoReference(column: string, to: string): string {
  return `The column ${column} has no reference to ${to}; it still works.`;
}

/** A uniqueness constraint that KV Manager does not expect. */
export function unexpectedUnique(table: string, columns: string[]): string {
  return `The table "${table}" does not allow two rows with the same ${columns.join(", ")}, which KV Manager writes.`;
}

/** A missing UNIQUE constraint that KV Manager relies on. */
export function hasNoUnique(table: string, columns: string[]): string {
  return `The table "${table}" has no UNIQUE (${columns.join(", ")}), which KV Manager needs.`;
}

/** Columns that KV Manager writes are missing. */
export function hasNoColumns(table: string, columns: string[]): string {
  return `The table "${table}" has no ${list("column", columns)}, which KV Manager writes to.`;
}

/** A column cannot be added, since its table is missing. */
export function noTableForColumn(table: string): string {
  return `There is no table "${table}" to add a column to.`;
}

/** An index cannot be created, since its table is missing. */
export function noTableForIndex(table: string, index: string): string {
  return `There is no table "${table}" for the index "${index}".`;
}

/** An index cannot be created, since columns are missing. */
export function noColumnsForIndex(table: string, columns: string[], index: string): string {
  return `The table "${table}" has no ${list("column", columns)} for the index "${index}".`;
}

/** An index that is not usable. */
export function otherIndex(index: string, is: string, should: string): string {
  return `The index ${index} is ${is}, and KV Manager needs it ${should}.`;
}

/** A usable index that differs, such as in its order. */
export function indexDiffers(index: string, is: string, should: string): string {
  return `The index ${index} is ${is} instead of ${should}; it still works.`;
}

/** The table `own` cannot refer to a table that does not exist. */
export function noTableReferredTo(table: string, own: string): string {
  return `There is no table "${table}", which "${own}" refers to.`;
}

/** The table `own` cannot refer to a column that does not exist. */
export function noColumnReferredTo(table: string, column: string, own: string): string {
  return `The table "${table}" has no column "${column}", which "${own}" refers to.`;
}

/** The table `own` cannot refer to a column whose values may repeat. */
export function referredToNotUnique(column: string, own: string): string {
  return `The column ${column} is not unique, so "${own}" cannot refer to it.`;
}

/** Something else has the name: `wanted` and `kind` are nouns such as `table`, `index`, `view`. */
export function notA(wanted: string, name: string, kind: string): string {
  const a = (noun: string) => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
  return `"${name}" is ${a(kind)}, not ${a(wanted)}.`;
}

function list(noun: string, names: string[]): string {
  return `${noun}${names.length > 1 ? "s" : ""} ${names.map((n) => `"${n}"`).join(", ")}`;
}
