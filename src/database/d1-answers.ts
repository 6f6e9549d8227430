import type { Connection } from "../project/connection.js";
import type { ListedDatabase, StatementResult } from "./client.js";

// What Cloudflare's API and wrangler, which passes on the API's answers, have in common.

/** Statements as the one text that is sent. */
export function sqlOf(statements: string[]): string {
  return statements.map((statement) => `${statement};`).join("\n");
}

/**
 * The results of statements.
 * @returns null if any of the entries is not the result of a successful statement
 */
export function resultsIn(entries: unknown[]): StatementResult[] | null {
  const results: StatementResult[] = [];
  for (const entry of entries) {
    const { results: rows, success } = (entry ?? {}) as { results?: unknown; success?: unknown };
    if (success !== true || !Array.isArray(rows)) return null;
    results.push({ rows: rows as Record<string, unknown>[] });
  }
  return results;
}

/** The Time Travel bookmark in an answer; null if it has none. */
export function bookmarkIn(answer: unknown): string | null {
  const { bookmark } = (answer ?? {}) as { bookmark?: unknown };
  return typeof bookmark === "string" && /^[0-9a-z-]{8,}$/i.test(bookmark) ? bookmark : null;
}

/** The database in an entry of an account's list; empty if the entry has a different shape. */
export function listedIn(entry: unknown): ListedDatabase[] {
  const { uuid, name } = (entry ?? {}) as { uuid?: unknown; name?: unknown };
  return typeof uuid === "string" && typeof name === "string" ? [{ id: uuid, name }] : [];
}

/** The name that an account's list has for an id; null if the id is not in it. */
export function nameIn(list: ListedDatabase[], id: string | null): string | null {
  return list.find((database) => database.id.toLowerCase() === id?.toLowerCase())?.name ?? null;
}

/** Time Travel and export act on the deployed database; calling them with a preview one is a bug. */
export function refusePreview({ location }: Connection): void {
  if (location === "preview") throw new Error("this is not for a preview database");
}
