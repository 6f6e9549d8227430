import { inspectionQuery } from "../database/inspection-query.js";
import { Problem } from "../lib/problem.js";
import { developmentConfig, developmentDatabase, standardDatabase } from "../project/standard-names.js";
import type { Request } from "../run/request.js";
import * as words from "../words/snapshot-file.js";

/**
 * The one wrangler command that prints a database's schema for `--snapshot`, written so that bash, cmd and
 * PowerShell all take it. For the deployed database unless the flags name another.
 * @throws {Problem} USAGE when a value of a flag cannot be written like that
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
  // It stands in a config of its own, where wrangler does not look by itself.
  const file = config ?? (name === developmentDatabase ? developmentConfig : null);
  const line = [
    ...["npx", "wrangler", "d1", "execute", word(name, "binding")],
    location === "local" ? "--local" : "--remote",
    ...(location === "preview" ? ["--preview"] : []),
    // Two words each: PowerShell may break one that begins with dashes at its first dot.
    ...(file === null ? [] : ["--config", word(slashes(file), "config")]),
    ...(env === null ? [] : ["--env", word(env, "env")]),
    ...(persistTo === null ? [] : ["--persist-to", word(slashes(persistTo), "persist-to")]),
    "--json",
    `--command="${inspectionQuery}"`,
  ];
  return line.join(" ");
}

/** wrangler takes forward slashes on Windows too, and bash would drop the others. */
function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/** A value as a word of a command line that means the same in every shell; a dash in front would be a flag. */
function word(value: string, flag: string): string {
  if (/^[\w./:-]+$/.test(value) && !value.startsWith("-")) return value;
  if (!/^-|["%$!`<>\\\p{C}\u2018-\u201f\u2028\u2029]/u.test(value)) return `"${value}"`;
  throw new Problem("USAGE", words.notForEveryShell(flag), words.adviceOnShell);
}
