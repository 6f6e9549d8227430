import { shellQuote } from "../lib/shell-quote.js";
import { standardBinding, standardFlags } from "../project/standard-names.js";

/** Said only by or about a local database. The last ones are SQLite's own, which Cloudflare never passes on. */
const local =
  /--local\b|\blocal (D1 )?(database|copy)\b|location:? ?"?,?:? ?"?local\b|\.wrangler[\\/]+state|miniflare|workerd|wrangler dev\b|\bkv-manager-metadata-dev\b|SQLITE_(NOTADB|CORRUPT|READONLY|CANTOPEN)|file is not a database|disk image is malformed|table _cf_\w+ has \d+ columns/i;

/** Said only about a deployed one. wrangler's advice to add the flag is about a local one. */
const remote =
  /(?<!add a )--remote\b|executing on remote|location:? ?"?,?:? ?"?remote\b|production \(|api\.cloudflare\.com|\[code: ?\d+\]/i;

/** A mounted folder, as named in this program's and wrangler's commands. */
const mounted = /--persist-to[ =]+(["']?)([\w./~:\\-]+)\1/;

/** A database named in a wrangler command, but not a placeholder as in documentation. */
const named =
  /\bd1 (?:execute|export|info) +(["']?)(?!your\b|your[-_]|database[-_]?name\b)([A-Za-z_][\w-]*)\1/i;

/** The config named in a command. */
const config = /(?:--config|-c)[ =]+(["']?)([\w./-]+\.(?:toml|jsonc?))\1/;

/**
 * The flags for the database that a log is about, as far as can be determined; otherwise for KV Manager's deployed one.
 * @param text an error text or a whole log
 * @returns words of a command
 */
export function flagsIn(text: string): string {
  const location = local.test(text) && !remote.test(text) ? "local" : "remote";
  const folder = location === "local" ? (mounted.exec(text)?.[2] ?? null) : null;
  const file = config.exec(text)?.[2] ?? null;
  const name = named.exec(text)?.[2] ?? null;
  const state = folder === null ? "" : ` --persist-to ${shellQuote(folder)}`;
  // In a stock checkout, the binding alone matches two databases.
  if (name === null || (name === standardBinding && file === null)) return standardFlags(location) + state;
  const where = file === null ? "" : ` --config ${shellQuote(file)}`;
  return `--${location}${where} --binding ${shellQuote(name)}${state}`;
}
