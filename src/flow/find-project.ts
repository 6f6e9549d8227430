import { credentialsFor, needsWranglerForProxy } from "../database/api/credentials.js";
import type { D1Client, ListedDatabase } from "../database/client.js";
import { reading } from "../database/retry.js";
import { Problem } from "../lib/problem.js";
import { onlyThroughProxy } from "../messages/api.js";
import { noDatabaseOfName, severalOfName } from "../messages/config.js";
import { readConfigs } from "../project/config-files.js";
import type { Connection } from "../project/connection.js";
import { type Target, targetsOf, unboundTarget } from "../project/targets.js";
import type { Request } from "../run/request.js";
import { clientFor, type Run } from "./context.js";
import type { Project, Ui } from "./ui.js";

/**
 * Returns the databases of the configs; without any config, the database named by a flag, if it can be looked up in the
 * account.
 * @param env the program's environment
 * @throws {Problem} CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export function findProject(request: Request, env: NodeJS.ProcessEnv): Project {
  const { cwd, config, location } = request;
  try {
    const configs = readConfigs(cwd, config);
    return { configs, targets: targetsOf(configs, cwd) };
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "CONFIG_NOT_FOUND") throw problem;
    const target = byName(request, env);
    if (target !== null) return { configs: { folder: cwd, files: [], broken: [] }, targets: [target] };
    if (location === "remote" && needsWranglerForProxy({ target: unboundTarget("", cwd) }, env))
      throw problem.withAdvice(problem.advice + onlyThroughProxy);
    throw problem;
  }
}

/** Returns the database that the flags name; null if they mean a config, or if there is no token for a lookup. */
function byName(
  { location, binding, config, env: name, cwd }: Request,
  env: NodeJS.ProcessEnv,
): Target | null {
  if (location !== "remote" || binding === null || config !== null || name !== null) return null;
  const target = unboundTarget(binding, cwd);
  return credentialsFor({ target }, env) === null ? null : target;
}

/**
 * Looks up a deployed database in the account if only its name is known.
 * @returns the connection, with the database's id
 * @throws {Problem} DATABASE_NOT_FOUND, BINDING_AMBIGUOUS, with what the account has; or the failure of the lookup
 * @throws {Cancelled}
 */
export async function identified(connection: Connection, run: Run): Promise<Connection> {
  const { target } = connection;
  if (!target.unbound || target.databaseId !== null) return connection;
  const { ui, facts } = run;
  // Known even if the lookup fails, so that the wizard can offer a way to continue.
  facts.add({ connection });
  const all = await listedDatabases(connection, clientFor(connection, run), ui);
  const [found, more] = all.filter(({ name }) => name === target.database);
  const names = all.map(({ name }) => name);
  if (found === undefined) throw noDatabaseOfName(target.binding, names);
  if (more !== undefined) throw severalOfName(target.binding, names);
  return { ...connection, target: { ...target, databaseId: found.id } };
}

/** Lists the account's databases and shows progress. */
export async function listedDatabases(
  connection: Connection,
  client: D1Client,
  ui: Ui,
): Promise<ListedDatabase[]> {
  return await ui.progress("listing", connection, () =>
    reading(() => client.list(connection), ui, client.findCause),
  );
}
