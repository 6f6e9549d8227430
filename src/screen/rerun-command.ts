import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { commandLine, flag } from "../lib/shell-quote.js";
import type { Connection } from "../project/connection.js";
import { targetFlags } from "../project/targets.js";
import { defaultTimeoutSeconds, type Request } from "../run/request.js";

/** What of a run's request the command for the same database repeats. */
type Repeated = Pick<Request, "cwd" | "timeoutSeconds" | "backup" | "forVersion">;

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
  request: Repeated,
  yes: boolean,
): string {
  return ownCommand(command, databaseFlags(connection, request), request, yes);
}

/** Returns the command that does something with every database of this run; see `commandFor`. */
export function commandForAll(command: "status" | "", request: Request, yes: boolean): string {
  const { location, config, env, binding } = request;
  const words = [
    "--all",
    ...(location === null ? [] : [`--${location}`]),
    ...flag("config", config),
    ...flag("env", env),
    ...flag("binding", binding),
    ...surroundings(request),
  ];
  return ownCommand(command, words, request, yes);
}

function ownCommand(
  command: string,
  databases: string[],
  { cwd, backup }: Pick<Request, "cwd" | "backup">,
  yes: boolean,
): string {
  const upgrades = yes && command === "";
  return commandLine([
    "kv-manager-upgrade",
    ...(command === "" ? [] : [command]),
    ...databases,
    ...(yes ? ["--yes"] : []),
    ...flag("backup", upgrades && backup !== null ? displayPath(backup, cwd) : null),
  ]);
}

/**
 * Returns the flags that name a database in a command for the same user, with any flags that this run needs too: the
 * folder if it is not the current one, the version of KV Manager if given, and a timeout other than the default.
 * @returns words, not yet quoted
 */
export function databaseFlags({ target, location, persistTo }: Connection, request: Repeated): string[] {
  return [`--${location}`, ...targetFlags(target), ...surroundings({ ...request, persistTo })];
}

/** The flags that do not depend on the database. */
function surroundings({
  cwd,
  timeoutSeconds,
  forVersion,
  persistTo,
}: Pick<Request, "cwd" | "timeoutSeconds" | "forVersion" | "persistTo">): string[] {
  return [
    ...flag("persist-to", persistTo === null ? null : displayPath(persistTo, cwd)),
    ...flag("for", forVersion),
    ...flag("cwd", cwd === currentFolder() ? null : cwd),
    ...flag("timeout", timeoutSeconds === defaultTimeoutSeconds ? null : String(timeoutSeconds)),
  ];
}
