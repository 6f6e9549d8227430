import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { shellQuote } from "../lib/shell-quote.js";
import type { Connection } from "../project/connection.js";
import { targetFlags } from "../project/targets.js";
import { defaultTimeoutSeconds, type Request } from "../run/request.js";

/**
 * Returns the command that does something with the same database, without asking which one.
 * @param command `status`, `setup`, or an empty string for the upgrade
 * @param connection the database
 * @param request this run's request; its backup is included if the command upgrades without asking
 * @param yes whether it should apply without asking
 */
export function commandFor(
  command: "status" | "setup" | "",
  connection: Connection,
  request: Pick<Request, "cwd" | "timeoutSeconds" | "backup" | "forVersion">,
  yes: boolean,
): string {
  const { cwd, backup } = request;
  const words = [
    ...(command === "" ? [] : [command]),
    databaseFlags(connection, request),
    ...(yes ? ["--yes"] : []),
    ...(yes && command === "" && backup !== null ? ["--backup", shellQuote(displayPath(backup, cwd))] : []),
  ];
  return ["kv-manager-upgrade", ...words].join(" ");
}

/**
 * Returns the command that does something with every database of this run.
 * @param command `status`, or an empty string for the upgrade
 * @param yes whether it should apply without asking
 */
export function commandForAll(
  command: "status" | "",
  request: Pick<
    Request,
    | ("location" | "config" | "env" | "binding" | "persistTo" | "forVersion")
    | ("cwd" | "timeoutSeconds" | "backup")
  >,
  yes: boolean,
): string {
  const { location, config, env, binding, cwd, backup } = request;
  const flag = (name: string, value: string | null) => (value === null ? [] : [`--${name}`, value]);
  const words = [
    "--all",
    ...(location === null ? [] : [`--${location}`]),
    ...flag("config", config),
    ...flag("env", env),
    ...flag("binding", binding),
    ...surroundings(request),
    ...(yes ? ["--yes", ...flag("backup", backup === null ? null : displayPath(backup, cwd))] : []),
  ];
  return [
    "kv-manager-upgrade",
    ...(command === "" ? [] : [command]),
    ...words.map((word) => shellQuote(word)),
  ].join(" ");
}

/**
 * Returns the flags that name a database in a command for the same user, with any flags that this run needs too: the
 * folder if it is not the current one, the version of KV Manager if given, and a timeout other than the default.
 */
export function databaseFlags(
  { target, location, persistTo }: Connection,
  request: Pick<Request, "cwd" | "timeoutSeconds" | "forVersion">,
): string {
  const words = [`--${location}`, ...targetFlags(target), ...surroundings({ ...request, persistTo })];
  return words.map((word) => shellQuote(word)).join(" ");
}

/** The flags that do not depend on the database. */
function surroundings({
  cwd,
  timeoutSeconds,
  forVersion,
  persistTo,
}: Pick<Request, "cwd" | "timeoutSeconds" | "forVersion" | "persistTo">): string[] {
  return [
    ...(persistTo === null ? [] : ["--persist-to", displayPath(persistTo, cwd)]),
    ...(forVersion === null ? [] : ["--for", forVersion]),
    ...(cwd === currentFolder() ? [] : ["--cwd", cwd]),
    ...(timeoutSeconds === defaultTimeoutSeconds ? [] : ["--timeout", String(timeoutSeconds)]),
  ];
}
