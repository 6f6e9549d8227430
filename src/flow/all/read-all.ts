import { credentialsFor } from "../../database/api/credentials.js";
import { noDatabases, nowhere } from "../../messages/all.js";
import { allDatabases, type BoundDatabase } from "../../project/all-databases.js";
import { configName, notFound, targetLine, withId } from "../../project/targets.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import type { Context } from "../context.js";
import { neverStarted } from "../run-end.js";
import type { Project, Ui } from "../ui.js";
import { upgrade } from "../upgrade.js";
import { warmUp } from "../warm-up.js";

/** The databases of a run with `--all`, before any was read. */
export interface Everything {
  project: Project;
  databases: BoundDatabase[];
  /** A sentence on bindings that have nothing to read; null if there are none. */
  note: string | null;
}

/**
 * Returns the databases of the configs that the flags select.
 * @throws {Problem} BINDING_NOT_FOUND or DATABASE_NOT_FOUND if there are none and every config could be read
 */
export function everything(project: Project, request: Request): Everything {
  const { configs, targets } = project;
  const { databases, unreachable: missing } = allDatabases(targets, request);
  const note = missing.length === 0 ? null : nowhere(missing.map(targetLine), request.location);
  if (databases.length === 0 && configs.broken.length === 0)
    throw note === null ? notFound(configs, targets, request) : noDatabases(note);
  return { project, databases, note };
}

/**
 * Reads all databases: local ones in one engine, one after the other; deployed ones in parallel over the API; those
 * that need wrangler's login one after the other. What cannot be read is an entry too.
 * @param ui gets no questions
 * @param onRead called with each result
 * @param known entries from an earlier read, whose schemas are only planned again
 * @returns first the configs that cannot be read, then the databases in their order
 */
export async function readAll(
  { project, databases }: Everything,
  request: Request,
  ui: Ui,
  context: Context,
  onRead: (result: Result) => void = () => {},
  known: Entry[] = [],
): Promise<Entry[]> {
  const { configs, targets } = project;
  const broken = configs.broken.map(
    ({ path, problem }): Entry => ({
      ...{ connection: null, bound: [], config: configName(path, request.cwd), tried: true },
      result: neverStarted(problem, request),
    }),
  );
  const local = databases.filter(({ connection }) => connection.location === "local");
  // Start with all of them, so that they share one engine.
  warmUp(
    local.map(({ connection }) => connection.target),
    request,
    context,
  );
  const quiet: Context = { ...context, remember: () => {} };
  const schemas = new Map(known.map(({ connection, result }) => [connection, result.snapshot]));
  const read = async ({ connection, bound }: BoundDatabase, ended: Result | null = null): Promise<Entry> => {
    const { location } = connection;
    const one: Request = {
      ...{ ...request, command: "status", all: false, location },
      ...{ dryRun: false, yes: false, backup: null },
    };
    const result =
      ended ??
      unreachable({ connection, bound }, one) ??
      (await upgrade(one, ui, quiet, { connection, targets, found: schemas.get(connection) ?? null }));
    onRead(result);
    return { connection, bound, config: null, result, tried: true };
  };
  const needsLogin = ({ connection }: BoundDatabase) =>
    connection.location !== "local" && credentialsFor(connection, context.env) === null;
  // If wrangler is not logged in, it is not run again: the other databases get the same result.
  let refused: Result | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (database: BoundDatabase): Promise<Entry> => {
    const entry = turn.then(async () => {
      const { connection } = database;
      const done = await read(database, refused === null ? null : { ...refused, connection });
      if (done.result.problem?.code === "NOT_LOGGED_IN") refused = done.result;
      return done;
    });
    turn = entry;
    return entry;
  };
  const found = databases.map((database) => (needsLogin(database) ? inTurn(database) : read(database)));
  return [...broken, ...(await Promise.all(found))];
}

/** Returns the failure if the binding itself is unusable; null if it is usable. */
function unreachable({ connection }: BoundDatabase, request: Request): Result | null {
  try {
    withId(connection.target, connection.location);
    return null;
  } catch (problem) {
    return neverStarted(problem, request, connection);
  }
}
