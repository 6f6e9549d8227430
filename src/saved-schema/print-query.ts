import { inspectionQuery } from "../database/inspection-query.js";
import { Problem } from "../lib/problem.js";
import * as messages from "../messages/snapshot-file.js";
import {
  developmentConfig,
  developmentDatabase,
  locationFlags,
  standardDatabase,
} from "../project/standard-names.js";
import type { Request } from "../run/request.js";

/**
 * Returns the wrangler command that prints a database's schema for `--snapshot`, in a form that works in bash, cmd and
 * PowerShell. It reads the deployed database unless the flags name another.
 * @throws {Problem} USAGE if a flag's value cannot be written in such a form
 */
export function printQuery({
  location,
  binding,
  config,
  env,
  printQuery: asked,
}: Pick<Request, "location" | "binding" | "config" | "env" | "printQuery">): string {
  const persistTo = asked?.persistTo ?? null;
  const name = binding ?? standardDatabase;
  // It is in a separate config, where wrangler does not look on its own.
  const file = config ?? (name === developmentDatabase ? developmentConfig : null);
  const line = [
    ...["npx", "wrangler", "d1", "execute", word(name, "binding")],
    ...locationFlags(location ?? "remote"),
    // Two words each: PowerShell may split a word that starts with a dash at its first dot.
    ...(file === null ? [] : ["--config", word(slashes(file), "config")]),
    ...(env === null ? [] : ["--env", word(env, "env")]),
    ...(persistTo === null ? [] : ["--persist-to", word(slashes(persistTo), "persist-to")]),
    "--json",
    `--command="${inspectionQuery}"`,
  ];
  return line.join(" ");
}

/** wrangler accepts forward slashes on Windows too, and bash would drop backslashes. */
function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/** Quotes a value so that it means the same in every shell; a leading dash would make it a flag. */
function word(value: string, flag: string): string {
  if (/^[\w./:-]+$/.test(value) && !value.startsWith("-")) return value;
  if (!/^-|["%$!`<>\\\p{C}\u2018-\u201f\u2028\u2029]/u.test(value)) return `"${value}"`;
  throw new Problem("USAGE", messages.notForEveryShell(flag), messages.adviceOnShell);
}
