/**
 * The parts of a version as numbers: one to three, since `2` and `2.1` stand for all of their releases.
 * @param text such as `2.1.0`, `v2.1`, `2` or `2.4.0-beta.1`
 * @returns null when it is not a version
 */
export function parseVersion(text: string): number[] | null {
  const [, ...parts] =
    /^v?(\d{1,6})(?:\.(\d{1,6})(?:\.(\d{1,6})(?:[-+][\w.+-]*)?)?)?$/i.exec(text.trim()) ?? [];
  const numbers = parts.filter((part) => part !== undefined).map(Number);
  return numbers.length === 0 ? null : numbers;
}

/**
 * Orders two versions. A missing part counts as the highest possible: `2` sorts above every 2.x.
 * @returns negative when `a` is earlier, 0 when they are the same
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a) ?? [], parseVersion(b) ?? []];
  for (let at = 0; at < 3; at++) {
    const [x, y] = [left[at] ?? Number.POSITIVE_INFINITY, right[at] ?? Number.POSITIVE_INFINITY];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** The major version; 0 if it cannot be parsed. */
export function majorOf(version: string): number {
  return parseVersion(version)?.[0] ?? 0;
}
