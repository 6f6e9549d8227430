import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { displayPath } from "../lib/display-path.js";
import { commandLine } from "../lib/shell-quote.js";
import type { Connection } from "../project/connection.js";
import { locationFlags } from "../project/standard-names.js";
import type { Target } from "../project/targets.js";
import { isOnPath } from "../project/wrangler-on-path.js";
import { wranglerAbove } from "../project/wrangler-package.js";

/**
 * A wrangler command for people to type: with the config and environment that it needs in the current folder.
 * @param words what it does, such as `d1 execute NAME --remote`
 * @param last words that come after the config
 * @param startedIn the user's current folder, which the config's path is relative to; null if it no longer exists
 */
export function wranglerCommand(
  words: string[],
  target: Target,
  startedIn: string | null,
  last: string[],
): string {
  const all = [
    ...startOfWrangler(target.configPath, startedIn),
    ...words,
    ...(target.unbound || isWranglersChoice(target.configPath, startedIn)
      ? []
      : ["--config", displayPath(target.configPath, startedIn)]),
    // With CLOUDFLARE_ENV set, the top level must be requested explicitly too.
    ...(target.env === null && !process.env.CLOUDFLARE_ENV ? [] : [`--env=${target.env ?? ""}`]),
  ];
  return [commandLine(all), ...last].join(" ");
}

/** The same wrangler as used here. npx finds the project's only from within it: elsewhere it would download another. */
function startOfWrangler(configPath: string, startedIn: string | null): string[] {
  const own = wranglerAbove(dirname(configPath));
  if (startedIn !== null && wranglerAbove(startedIn) !== null) return ["npx", "wrangler"];
  if (own === null) return isOnPath(process.env) ? ["wrangler"] : ["npx", "wrangler"];
  return ["node", displayPath(join(own, "bin", "wrangler.js"), startedIn)];
}

/**
 * The command to send statements by hand, as one batch.
 * @param statements each on one line, without double quotes
 * @param startedIn the user's current folder
 */
export function executeByHand(
  connection: Connection,
  statements: string[],
  startedIn: string | null,
): string {
  const { target, location, persistTo } = connection;
  const state = persistTo === null ? [] : ["--persist-to", persistTo];
  const sql = statements.map((statement) => `${statement};`).join(" ");
  const words = ["d1", "execute", target.wranglerName, ...locationFlags(location), ...state];
  return wranglerCommand(words, target, startedIn, [`--command="${sql}"`]);
}

/** Whether wrangler, started in a folder, reads this config by default: it prefers JSON. */
function isWranglersChoice(configPath: string, folder: string | null): boolean {
  if (folder === null) return false;
  const first = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"].find((name) =>
    existsSync(join(folder, name)),
  );
  return first !== undefined && join(folder, first) === configPath;
}
