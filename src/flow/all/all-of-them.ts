import { AskedOnce } from "../../database/api/asked-once.js";
import { Cancelled } from "../../lib/problem.js";
import { knownMajors, neededBy } from "../../plan/kv-manager.js";
import { planUpgrade } from "../../plan/plan.js";
import { readCatalogue } from "../../plan/read-catalogue.js";
import type { Connection } from "../../project/connection.js";
import type { Option } from "../../prompts/asker.js";
import { unheard } from "../../prompts/unheard.js";
import { type Entry, endOf, isPending } from "../../run/entry.js";
import { resultIsShown, roundBegins, runSoFar } from "../../run/record.js";
import type { Request } from "../../run/request.js";
import { blankResult, exitCodeOfResult, type Result } from "../../run/result.js";
import { summaryOfAll } from "../../screen/all-summary.js";
import { closingSentence } from "../../screen/contents.js";
import { verificationTable } from "../../screen/parts.js";
import { withProgress } from "../../screen/progress.js";
import { problemText } from "../../screen/summary.js";
import { wrap } from "../../screen/wrap.js";
import * as words from "../../words/all.js";
import { versionAnswer, whichVersion } from "../../words/kv-manager.js";
import { afterFailure } from "../after-failure.js";
import { findProject } from "../by-name.js";
import type { Guide } from "../guide.js";
import { rememberWrite } from "../remember-write.js";
import type { World } from "../run.js";
import { settle } from "../settle.js";
import { unattendedFace } from "../unattended.js";
import { upgrade } from "../upgrade.js";
import { type Round, wizardFace } from "../wizard-face.js";
import { quiet } from "./quiet.js";
import { type Everything, everything, readAll } from "./read-all.js";
import { notTried, type Turn, turnsOf } from "./upgrade-all.js";

/**
 * Every database in the wizard: the table, then for each that has something pending its preview and its own question,
 * then the table again.
 * @returns the exit code
 */
export async function allOfThem(guide: Guide): Promise<number> {
  const { output, style } = guide;
  const world: World = { ...guide.world, askedOnce: new AskedOnce() };
  try {
    const all = everything(guide.project ?? findProject(guide.request, world.env), guide.request);
    guide.project = all.project;
    const read = await readInView(all, guide, world);
    const { request, entries } = await planned(all, read, guide, world);
    const turns = await turnsOf(entries, request);
    const shown = { sql: false, note: all.note, ended: turns.length === 0 };
    output.result(`\n${summaryOfAll(entries, request, style, shown)}`);
    if (turns.length === 0 || world.interruption.requested) return ended(entries);
    const now = await inTurn(turns, entries, all, guide, world);
    output.result(`\n${summaryOfAll(now, request, style, { ...shown, ended: true })}`);
    return ended(now);
  } catch (error) {
    const result = { ...blankResult(), prepared: [...runSoFar().changes] };
    settle(result, error, guide.request);
    const text =
      result.problem === null ? closingSentence(result) : problemText(result.problem, result, style);
    output.note(`\n${text}`);
    resultIsShown(exitCodeOfResult(result));
    return exitCodeOfResult(result);
  }
}

function ended(entries: Entry[]): number {
  const { exitCode } = endOf(entries.map(({ result }) => result));
  resultIsShown(exitCode);
  return exitCode;
}

async function readInView(all: Everything, guide: Guide, world: World): Promise<Entry[]> {
  const { request, output } = guide;
  const total = all.databases.length;
  let done = 0;
  const face = quiet(unattendedFace(request, output, world.interruption, world.env), output, world);
  const read = () => readAll(all, request, face, world, () => done++);
  const texts = { doing: () => words.reading(total, done), done: words.read(total) };
  output.result("");
  const shown = () => withProgress(texts, read, process.stdout, guide);
  return guide.still ? await shown() : await unheard(process.stdin, world.interruption.request, shown);
}

/**
 * Asks once for which KV Manager they are, where nothing says it and the answer makes a difference.
 * @returns the request with the answer, and the databases as planned for it
 */
async function planned(
  all: Everything,
  entries: Entry[],
  guide: Guide,
  world: World,
): Promise<{ request: Request; entries: Entry[] }> {
  const { request, asker, output } = guide;
  const catalogue = readCatalogue();
  const open = entries.flatMap(({ result }) =>
    result.snapshot === null || ["flag", "checkout"].includes(result.kvManager.from) ? [] : [result.snapshot],
  );
  const majors = knownMajors(catalogue).map((version) => {
    const needed = neededBy(version, catalogue);
    const statements = open.map((found) => planUpgrade(found, needed).statements.length);
    return { version, newest: catalogue.newest, statements: statements.reduce((sum, n) => sum + n, 0) };
  });
  if (new Set(majors.map((major) => major.statements)).size < 2) return { request, entries };
  const options: Option<string>[] = majors.map((major) => ({
    value: major.version,
    ...versionAnswer(major),
  }));
  const version = await asker.select(whichVersion, options);
  const answered = { ...request, forVersion: version };
  const face = quiet(unattendedFace(answered, output, world.interruption, world.env), output, world);
  return { request: answered, entries: await readAll(all, answered, face, world) };
}

async function inTurn(
  turns: Turn[],
  entries: Entry[],
  all: Everything,
  guide: Guide,
  world: World,
): Promise<Entry[]> {
  const now = new Map<Entry, Entry>();
  for (const turn of turns) {
    const { result, goesOn } = await one(turn, all, guide, world);
    now.set(turn.entry, { ...turn.entry, result });
    if (!goesOn) break;
  }
  const left = world.interruption.requested;
  return entries.map((entry) => now.get(entry) ?? (isPending(entry) ? notTried(entry, left) : entry));
}

/** @returns how it is now, and whether the user goes on with the next one */
async function one(
  { entry, connection: first, request }: Turn,
  { project }: Everything,
  guide: Guide,
  world: World,
): Promise<{ result: Result; goesOn: boolean }> {
  for (let connection: Connection = first; ; ) {
    roundBegins();
    const round: Round = { request, next: { connection }, wentBack: false, back: words.question.leaveOut };
    // It was answered for all of them.
    const face = { ...wizardFace(guide, round), kvManager: async ({ kvManager }: Result) => kvManager };
    const result = await upgrade(request, face, world, { connection, targets: project.targets });
    if (round.wentBack) return { result: entry.result, goesOn: true };
    show(result, guide);
    guide.failures.push(result.problem?.code ?? null);
    if (result.outcome === "cancelled") return { result, goesOn: false };
    if (result.problem === null) return { result, goesOn: true };
    const next = await afterFailure(result, result.problem, guide, true).catch(leave);
    if (typeof next !== "object") return { result, goesOn: next === "choose" };
    connection = next.connection;
  }
}

/** What was done is done: leaving the question after a failure is no cancelled upgrade. */
function leave(error: unknown): "leave" {
  if (error instanceof Cancelled) return "leave";
  throw error;
}

/** How one ended; its way back stands below the table. */
function show(result: Result, { output, style }: Guide): void {
  const { problem } = result;
  rememberWrite(result);
  if (problem !== null) output.note(`\n${problemText(problem, result, style)}`);
  else {
    const sentence = style.bold(wrap(closingSentence(result), style.width));
    const table = result.applied === true ? verificationTable(result.checks, style) : "";
    output.result(`\n${[sentence, table].filter(Boolean).join("\n\n")}`);
  }
  resultIsShown(exitCodeOfResult(result));
}
