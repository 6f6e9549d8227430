import { join } from "node:path";
import { parse } from "dotenv";
import { expand } from "dotenv-expand";
import { textOfFile } from "../../lib/text-of-file.js";

/**
 * The environment as wrangler sees it: with the additions from its folder's `.env` files. Variables already set are
 * kept.
 * @param folder absolute, where wrangler would run
 * @param name the config's named environment; null for its top level
 * @param env the program's environment, which is not changed
 * Source: `getDefaultEnvFiles` and `loadDotEnv` of wrangler 4.86, whose libraries are used
 */
export function withEnvFiles(folder: string, name: string | null, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const files = [".env", ".env.local", ...(name === null ? [] : [`.env.${name}`, `.env.${name}.local`])];
  const parsed = Object.assign({}, ...files.map((file) => parse(textOfFile(join(folder, file)))));
  if (Object.keys(parsed).length === 0) return env;
  const all = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  expand({ processEnv: all, parsed });
  return all;
}
