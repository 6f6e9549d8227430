import { basename, relative } from "node:path";
import { currentFolder } from "./current-folder.js";
import { shellQuote } from "./shell-quote.js";

/**
 * How the user can start this program again.
 * @param script the path that Node was started with
 * @param env npm sets variables in it under npx
 * @param cwd the user's current folder; null if it no longer exists
 */
function ownCommand(script: string, env: NodeJS.ProcessEnv, cwd: string | null): string {
  if (env.npm_command === "exec" || /[\\/](node_modules|_npx)[\\/]/.test(script))
    return "npx kv-manager-upgrade";
  if (basename(script).replace(/\.\w+$/, "") === "kv-manager-upgrade") return "kv-manager-upgrade";
  const way = cwd === null ? script : relative(cwd, script);
  return `node ${shellQuote(way.startsWith("..") ? script : way)}`;
}

/** How the user started this program. */
export const programName = ownCommand(process.argv[1] ?? "kv-manager-upgrade", process.env, currentFolder());
