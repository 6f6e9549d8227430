import { RequestCache } from "../../database/api/request-cache.js";
import { Problem } from "../../lib/problem.js";
import * as messages from "../../messages/all.js";
import { isPlain } from "../../prompts/make-prompter.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import { connectionLine } from "../../screen/connection-line.js";
import { withProgress } from "../../screen/progress.js";
import type { Context } from "../context.js";
import { findProject } from "../find-project.js";
import type { Program } from "../program.js";
import { neverStarted } from "../run-end.js";
import type { Ui } from "../ui.js";
import { unattendedUi } from "../unattended-ui.js";
import { quiet } from "./quiet-ui.js";
import { everything, readAll } from "./read-all.js";
import { readCounter } from "./read-counter.js";
import { afterTurns, turnsOf, upgradeAll } from "./upgrade-all.js";

/** The result of a run over all databases. */
export interface AllEnded {
  entries: Entry[];
  /** A failure that is not about any one database, as the result of a run that ended early; null if none. */
  failure: Result | null;
  /** See `Everything.note`. */
  note: string | null;
}

/** Reads every database of the configs, and upgrades those with something pending if that was requested. */
export async function runAll(program: Program): Promise<AllEnded> {
  const { request, output, context } = program;
  const shared: Context = { ...context, requestCache: new RequestCache() };
  const ui = unattendedUi(program);
  const upgrades = request.command === "upgrade" && request.yes && !request.dryRun;
  const ended: AllEnded = { entries: [], failure: null, note: null };
  try {
    const all = everything(findProject(request, context.env), request);
    ended.note = all.note;
    ended.entries = await withCount(all.databases.length, program, (onRead) =>
      readAll(all, request, quiet(ui, program), shared, onRead),
    );
    if (context.interruption.requested) {
      ended.entries = afterTurns(ended.entries, true);
      return ended;
    }
    await rememberAll(ended.entries, request, context);
    // Report problems with the backup files now, before the run that writes them.
    if (request.command === "upgrade" && !upgrades) await turnsOf(ended.entries, request);
    if (upgrades) {
      ended.entries = await upgradeAll(ended.entries, request, all.project.targets, named(ui), shared, {
        begin: ({ connection }, at, of) =>
          output.note(`\n${messages.turn(at, of, connectionLine(connection))}`),
        end: ({ outcome }) =>
          output.note(messages.turnEnded[outcome === "up-to-date" ? "up-to-date" : "upgraded"]),
      });
      if (process.stderr.isTTY) output.note("");
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    ended.failure = neverStarted(problem, request);
  }
  return ended;
}

/** Shows how many databases have been read so far. */
async function withCount<T>(
  total: number,
  { request, output, context: { env }, errorStyle: style }: Program,
  work: (onRead: (result: Result) => void) => Promise<T>,
): Promise<T> {
  if (total === 0) return await work(() => {});
  const counter = readCounter(total);
  const plain = process.stderr.isTTY !== true || isPlain(request.plain, env);
  return await withProgress(counter, () => work(counter.onRead), process.stderr, {
    output,
    style,
    isPlain: plain,
  });
}

/** Leaves out the progress line for reading: the database was named just before. */
function named(ui: Ui): Ui {
  return {
    ...ui,
    progress: async (work, connection, run) =>
      work === "inspecting" ? await run() : await ui.progress(work, connection, run),
  };
}

/**
 * Saves the results for a later report, the first failure last, since that is the one to keep. Among several databases,
 * one that is empty or belongs to another application is no failure.
 */
async function rememberAll(entries: Entry[], request: Request, context: Context): Promise<void> {
  const usual = ["NOT_KV_MANAGER", "EMPTY_DATABASE"];
  const results = entries
    .map(({ result }) => result)
    .filter(({ problem }) => !usual.includes(problem?.code ?? ""));
  for (const result of results.reverse()) await context.remember?.({ ...request, command: "status" }, result);
}
