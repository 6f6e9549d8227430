/**
 * The form under which SQLite compares names of tables, columns and indexes: ASCII letters without case, all
 * else as it is (so `É` and `é` are two names).
 */
export function nameKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether SQLite takes both for the same name. */
export function sameName(a: string, b: string): boolean {
  return nameKey(a) === nameKey(b);
}
