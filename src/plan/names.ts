/**
 * The form in which SQLite compares names of tables, columns and indexes: ASCII letters in lower case, all else
 * unchanged (so `É` and `é` are two names).
 */
export function nameKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether SQLite treats both as the same name. */
export function isSameName(a: string, b: string): boolean {
  return nameKey(a) === nameKey(b);
}

/** Whether one of these columns has this name. */
export function hasName(columns: { name: string }[], name: string): boolean {
  return columns.some((column) => isSameName(column.name, name));
}
