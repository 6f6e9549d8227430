import pLimit from "p-limit";
import { credentialsFor } from "../../database/api/credentials.js";
import * as messages from "../../messages/all.js";
import { waiting } from "../../messages/run.js";
import { allDatabases, type BoundDatabase } from "../../project/all-databases.js";
import type { Configs } from "../../project/config-files.js";
import { configName, notFound, targetLine, withId } from "../../project/targets.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import type { Work } from "../../screen/progress.js";
import type { Given } from "../choose-database.js";
import type { Context } from "../context.js";
import type { Program } from "../program.js";
import { neverStarted } from "../run-end.js";
import type { Project, Ui } from "../ui.js";
import { unattendedUi } from "../unattended-ui.js";
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
  const note = missing.length === 0 ? null : messages.nowhere(missing.map(targetLine), request.location);
  if (databases.length === 0 && configs.broken.length === 0)
    throw note === null ? notFound(configs, targets, request) : messages.noDatabases(note);
  return { project, databases, note };
}

/** Reads a database. @param ended its result, if it is known without reading */
type Read = (database: BoundDatabase, ended?: Result | null) => Promise<Entry>;

/**
 * Reads all databases: local ones in one engine, one after the other; deployed ones in parallel over the API; those
 * that need wrangler's login one after the other. Nothing is asked. What cannot be read is an entry too.
 * @param inView does the work and shows progress
 * @param known entries from an earlier read, whose schemas are only planned again
 * @returns first the configs that cannot be read, then the databases in their order
 */
export async function readAll(
  { project, databases }: Everything,
  program: Program,
  inView: (texts: Work, work: () => Promise<Entry[]>) => Promise<Entry[]>,
  known: Entry[] = [],
): Promise<Entry[]> {
  const { request, context } = program;
  const ui = quietUi(program);
  const schemas = new Map(known.map(({ connection, result }) => [connection, result.snapshot]));
  const counter = readCounter(databases.length);
  const read: Read = async ({ connection, bound }, ended = null) => {
    const given = { connection, targets: project.targets, found: schemas.get(connection) ?? null };
    const result = ended ?? (await readOne(given, request, ui, context));
    counter.add(result);
    return { connection, bound, config: null, result, tried: true };
  };
  const readInTurn = oneAtATime(read);
  return await inView(counter, async () => {
    const local = databases.flatMap(({ connection: { location, target } }) =>
      location === "local" ? [target] : [],
    );
    // Start with all of them, so that they share one engine.
    warmUp(local, request, context);
    const entries = databases.map((database) => {
      const { connection } = database;
      const needsLogin = connection.location !== "local" && credentialsFor(connection, context.env) === null;
      return needsLogin ? readInTurn(database) : read(database);
    });
    return [...brokenConfigs(project.configs, request), ...(await Promise.all(entries))];
  });
}

function brokenConfigs({ broken }: Configs, request: Request): Entry[] {
  return broken.map(({ path, problem }) => ({
    ...{ connection: null, bound: [], config: configName(path, request.cwd), tried: true },
    result: neverStarted(problem, request),
  }));
}

/** Reads one database as `status` does. */
async function readOne(given: Given, all: Request, ui: Ui, context: Context): Promise<Result> {
  const { target, location } = given.connection;
  const request: Request = {
    ...{ ...all, command: "status", all: false, location },
    ...{ dryRun: false, yes: false, backup: null },
  };
  try {
    withId(target, location);
  } catch (problem) {
    return neverStarted(problem, request, given.connection);
  }
  return await upgrade(request, ui, { ...context, remember: () => {} }, given);
}

/**
 * Makes each reading wait for the previous one. If wrangler is not logged in, it is not run again: the other databases
 * get the same result.
 */
function oneAtATime(read: Read): Read {
  const turn = pLimit(1);
  let refused: Result | null = null;
  return (database) =>
    turn(async () => {
      const { connection } = database;
      const entry = await read(database, refused === null ? null : { ...refused, connection });
      if (entry.result.problem?.code === "NOT_LOGGED_IN") refused = entry.result;
      return entry;
    });
}

/** Progress texts: how many databases were read so far, and at the end how many could be. */
function readCounter(total: number): Work & { add: (result: Result) => void } {
  const seen = { all: 0, read: 0, failed: 0 };
  return {
    doing: () => messages.reading(total, seen.all),
    done: () => messages.read(total, seen.read, seen.failed),
    add: ({ snapshot, outcome }) => {
      seen.all++;
      if (snapshot !== null) seen.read++;
      else if (outcome !== "cancelled") seen.failed++;
    },
  };
}

/** A user interface for reading many databases at the same time: no progress for each, and each message only once. */
function quietUi(program: Program): Ui {
  const { output, context } = program;
  const said = new Set<string>();
  const once = (text: string) => {
    if (said.size < said.add(text).size) output.note(process.stderr.isTTY ? `\n${text}` : text);
  };
  return {
    ...unattendedUi(program),
    progress: async (_work, _connection, run) => await run(),
    notify: once,
    async wait(seconds, why) {
      once(waiting(why, seconds));
      await context.interruption.pause(seconds);
    },
  };
}
