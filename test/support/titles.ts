/**
 * Rows for `it.each` with `%s` for a text about each item.
 * @param items the cases; `$name` in a title would put a text in quotes and cut it
 * @param titleOf makes the text of an item
 */
export function titled<T>(items: readonly T[], titleOf: (item: T) => string): [string, T][] {
  return items.map((item) => [titleOf(item), item]);
}
