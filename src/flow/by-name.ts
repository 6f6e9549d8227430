import { credentialsFor, needsWranglerForProxy } from "../database/api/credentials.js";
import type { D1Client } from "../database/client.js";
import { reading } from "../database/retry.js";
import { Problem } from "../lib/problem.js";
import { onlyThroughProxy } from "../messages/api.js";
import { noDatabaseOfName, severalOfName } from "../messages/config.js";
import { type Configs, readConfigs } from "../project/config-files.js";
import type { Connection } from "../project/connection.js";
import { type Target, targetsOf, unboundTarget } from "../project/targets.js";
import type { Request } from "../run/request.js";
import type { Project, Ui } from "./ui.js";

/**
 * Returns the databases of the configs; without any config, the database named by a flag, if it can be looked up in the
 * account.
 * @param env the program's environment
 * @throws {Problem} CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export function findProject(request: Request, env: NodeJS.ProcessEnv): Project {
  const { cwd, config } = request;
  let configs: Configs;
  try {
    configs = readConfigs(cwd, config);
  } catch (problem) {
    const target = byName(request, env);
    if (!(problem instanceof Problem) || problem.code !== "CONFIG_NOT_FOUND") throw problem;
    if (target === null) {
      const needsProxy = needsWranglerForProxy({ target: unboundTarget("", cwd) }, env);
      if (request.location === "remote" && needsProxy)
        throw problem.withAdvice(problem.advice + onlyThroughProxy);
      throw problem;
    }
    return { configs: { folder: cwd, files: [], broken: [] }, targets: [target] };
  }
  return { configs, targets: targetsOf(configs, cwd) };
}

/** Returns null if a config is meant, or if there is no token for a lookup. */
function byName(
  { location, binding, config, env: name, cwd }: Request,
  env: NodeJS.ProcessEnv,
): Target | null {
  if (location !== "remote" || binding === null || config !== null || name !== null) return null;
  const target = unboundTarget(binding, cwd);
  return credentialsFor({ target }, env) === null ? null : target;
}

/**
 * Finds a deployed database in the account by its name.
 * @returns the connection, with the database's id
 * @throws {Problem} DATABASE_NOT_FOUND, BINDING_AMBIGUOUS, with what the account has; or the failure of the lookup
 * @throws {Cancelled}
 */
export async function withIdOfName(connection: Connection, client: D1Client, ui: Ui): Promise<Connection> {
  const { target } = connection;
  const all = await ui.progress("listing", connection, () =>
    reading(() => client.list(connection), ui, client.findCause),
  );
  const [found, more] = all.filter(({ name }) => name === target.database);
  const names = all.map(({ name }) => name);
  if (found === undefined) throw noDatabaseOfName(target.binding, names);
  if (more !== undefined) throw severalOfName(target.binding, names);
  return { ...connection, target: { ...target, databaseId: found.id } };
}
