import { RequestCache } from "../../database/api/request-cache.js";
import { Problem } from "../../lib/problem.js";
import * as messages from "../../messages/all.js";
import type { Target } from "../../project/targets.js";
import { isPlain } from "../../prompts/make-prompter.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import { connectionLine } from "../../screen/connection-line.js";
import { type Work, withProgress } from "../../screen/progress.js";
import type { Context } from "../context.js";
import { findProject } from "../find-project.js";
import type { Program } from "../program.js";
import { neverStarted, rememberWrite } from "../run-end.js";
import type { Ui } from "../ui.js";
import { unattendedUi } from "../unattended-ui.js";
import { upgrade } from "../upgrade.js";
import { everything, readAll } from "./read-all.js";
import { afterTurns, type Turn, takeTurns, turnsOf } from "./turns.js";

/** The result of a run over all databases. */
export interface AllEnded {
  entries: Entry[];
  /** A failure that is not about any one database, as the result of a run that ended early; null if none. */
  failure: Result | null;
  /** See `Everything.note`. */
  note: string | null;
}

/** Reads every database of the configs, and upgrades those with something pending if that was requested. */
export async function runAll(asked: Program): Promise<AllEnded> {
  const program = { ...asked, context: { ...asked.context, requestCache: new RequestCache() } };
  const { request, context } = program;
  const ended: AllEnded = { entries: [], failure: null, note: null };
  try {
    const all = everything(findProject(request, context.env), request);
    ended.note = all.note;
    ended.entries = await readAll(all, program, (texts, work) =>
      all.databases.length === 0 ? work() : inOneLine(texts, work, program),
    );
    if (context.interruption.requested) {
      ended.entries = afterTurns(ended.entries, true);
      return ended;
    }
    await rememberAll(ended.entries, request, context);
    if (request.command !== "upgrade") return ended;
    // Report problems with the backup files even if the run that writes them comes later.
    const turns = await turnsOf(ended.entries, request);
    if (request.yes && !request.dryRun)
      ended.entries = await upgradeInTurn(turns, ended.entries, all.project.targets, program);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    ended.failure = neverStarted(problem, request);
  }
  return ended;
}

/** Shows progress on stderr. */
async function inOneLine<T>(
  texts: Work,
  work: () => Promise<T>,
  { request, output, context: { env }, errorStyle: style }: Program,
): Promise<T> {
  const plain = process.stderr.isTTY !== true || isPlain(request.plain, env);
  return await withProgress(texts, work, process.stderr, { output, style, isPlain: plain });
}

/** Upgrades one database after the other, and stops at the first failure. @param targets all databases of the configs */
async function upgradeInTurn(
  turns: Turn[],
  entries: Entry[],
  targets: Target[],
  program: Program,
): Promise<Entry[]> {
  const { output, context } = program;
  const { interruption } = context;
  const ui = named(unattendedUi(program));
  const now = await takeTurns(turns, entries, interruption, async ({ entry, connection, request }, nth) => {
    output.note(`\n${messages.turn(nth, turns.length, connectionLine(connection))}`);
    // A local database is quick to reread. A deployed one was read a moment ago, and a batch that no longer fits is
    // refused as a whole.
    const found = connection.location === "local" ? null : entry.result.snapshot;
    const result = await upgrade(request, ui, context, { connection, targets, found });
    rememberWrite(result);
    const goesOn = result.problem === null && !interruption.requested;
    if (goesOn) output.note(messages.turnEnded[result.outcome === "up-to-date" ? "up-to-date" : "upgraded"]);
    return { result, goesOn };
  });
  if (process.stderr.isTTY) output.note("");
  return now;
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
