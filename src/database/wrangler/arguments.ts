import type { Connection, Placement } from "../../project/connection.js";
import { locationFlags } from "../../project/standard-names.js";
import { refusePreview } from "../d1-answers.js";

/**
 * The config and environment to use. `--env=` is always given, since CLOUDFLARE_ENV, even from a `.env` file, would
 * otherwise decide.
 */
function configArguments({ target }: Connection): string[] {
  return [`--config=${target.configPath}`, `--env=${target.env ?? ""}`];
}

/**
 * One `d1 execute`. `--command=` is a single word, since SQL may start with a dash. Never `--file`: it takes a remote
 * database offline while it imports.
 */
export function executeArguments(connection: Connection, sql: string): string[] {
  const { target, location, persistTo } = connection;
  return [
    ...["d1", "execute", target.wranglerName],
    ...locationFlags(location),
    ...configArguments(connection),
    ...(persistTo === null ? [] : [`--persist-to=${persistTo}`]),
    "--json",
    `--command=${sql}`,
  ];
}

/** Reads the current bookmark. There is no `--preview`: only for the deployed database. */
export function bookmarkArguments(connection: Connection): string[] {
  refusePreview(connection);
  return [
    ...["d1", "time-travel", "info", connection.target.wranglerName],
    ...configArguments(connection),
    "--json",
  ];
}

/** Lists the databases of the account. */
export function listArguments(connection: Connection): string[] {
  return ["d1", "list", ...configArguments(connection), "--json"];
}

/** Creates a database. wrangler then offers to edit the config, which it does not do without a prompt. */
export function createArguments(connection: Connection, name: string, placement: Placement): string[] {
  const { location, jurisdiction } = placement;
  return [
    ...["d1", "create", name],
    ...(location === null ? [] : [`--location=${location}`]),
    ...(jurisdiction === null ? [] : [`--jurisdiction=${jurisdiction}`]),
    ...configArguments(connection),
  ];
}

/** Exports a database into a file. Supports neither `--preview` nor `--persist-to`. */
export function exportArguments(connection: Connection, file: string): string[] {
  const { target, location } = connection;
  refusePreview(connection);
  return [
    ...["d1", "export", target.wranglerName, ...locationFlags(location)],
    ...configArguments(connection),
    `--output=${file}`,
  ];
}
