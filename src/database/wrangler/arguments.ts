import type { Connection, Placement } from "../../project/connection.js";

/**
 * Which config and environment. `--env=` is always given, since CLOUDFLARE_ENV, or one in a `.env` file, would
 * decide otherwise.
 */
function configArguments({ target }: Connection): string[] {
  return [`--config=${target.configPath}`, `--env=${target.env ?? ""}`];
}

/**
 * One `d1 execute`. `--command=` in one word, since SQL may begin with a dash. Never `--file`: it takes a remote
 * database offline while it imports.
 */
export function executeArguments(connection: Connection, sql: string): string[] {
  const { target, location, persistTo } = connection;
  return [
    ...["d1", "execute", target.wranglerName],
    location === "local" ? "--local" : "--remote",
    ...(location === "preview" ? ["--preview"] : []),
    ...configArguments(connection),
    ...(persistTo === null ? [] : [`--persist-to=${persistTo}`]),
    "--json",
    `--command=${sql}`,
  ];
}

/** Some commands would act on the deployed database instead; whoever comes here with a preview one has a fault. */
function refusePreview({ location }: Connection): void {
  if (location === "preview") throw new Error("this wrangler command knows no preview database");
}

/** Reads the bookmark of this moment. Knows no `--preview`: only ever for the deployed database. */
export function bookmarkArguments(connection: Connection): string[] {
  refusePreview(connection);
  return [
    "d1",
    "time-travel",
    "info",
    connection.target.wranglerName,
    ...configArguments(connection),
    "--json",
  ];
}

/** Lists the databases of the account. */
export function listArguments(connection: Connection): string[] {
  return ["d1", "list", ...configArguments(connection), "--json"];
}

/** Creates a database. wrangler then offers to edit the config by itself, which it does not do unasked. */
export function createArguments(connection: Connection, name: string, placement: Placement): string[] {
  const { location, jurisdiction } = placement;
  return [
    ...["d1", "create", name],
    ...(location === null ? [] : [`--location=${location}`]),
    ...(jurisdiction === null ? [] : [`--jurisdiction=${jurisdiction}`]),
    ...configArguments(connection),
  ];
}

/** Exports a database into a file. Knows no `--preview` and no `--persist-to`. */
export function exportArguments(connection: Connection, file: string): string[] {
  const { target, location } = connection;
  refusePreview(connection);
  return [
    ...["d1", "export", target.wranglerName, location === "local" ? "--local" : "--remote"],
    ...configArguments(connection),
    `--output=${file}`,
  ];
}
