import { AskedOnce } from "../../database/api/asked-once.js";
import { Cancelled } from "../../lib/problem.js";
import { knownMajors, neededBy } from "../../plan/kv-manager.js";
import { planUpgrade } from "../../plan/plan.js";
import { readCatalogue } from "../../plan/read-catalogue.js";
import type { Connection } from "../../project/connection.js";
import type { Option } from "../../prompts/asker.js";
import { ignoreInput } from "../../prompts/ignore-input.js";
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
import type { Context } from "../context.js";
import { rememberWrite } from "../remember-write.js";
import { settle } from "../settle.js";
import { unattendedUi } from "../unattended-ui.js";
import { upgrade } from "../upgrade.js";
import type { WizardSession } from "../wizard-session.js";
import { type WizardRun, wizardUi } from "../wizard-ui.js";
import { quiet } from "./quiet-ui.js";
import { type Everything, everything, readAll } from "./read-all.js";
import { notTried, type Turn, turnsOf } from "./upgrade-all.js";

/**
 * Every database in the wizard: the table, then for each that has something pending its preview and its own question,
 * then the table again.
 * @returns the exit code
 */
export async function allOfThem(session: WizardSession): Promise<number> {
  const { output, style } = session;
  const context: Context = { ...session.context, askedOnce: new AskedOnce() };
  try {
    const all = everything(session.project ?? findProject(session.request, context.env), session.request);
    session.project = all.project;
    const read = await readInView(all, session, context);
    const { request, entries } = await planned(all, read, session, context);
    const turns = await turnsOf(entries, request);
    const shown = { sql: false, note: all.note, ended: turns.length === 0 };
    output.result(`\n${summaryOfAll(entries, request, style, shown)}`);
    if (turns.length === 0 || context.interruption.requested) return ended(entries);
    const now = await inTurn(turns, entries, all, session, context);
    output.result(`\n${summaryOfAll(now, request, style, { ...shown, ended: true })}`);
    return ended(now);
  } catch (error) {
    const result = { ...blankResult(), prepared: [...runSoFar().changes] };
    settle(result, error, session.request);
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

async function readInView(all: Everything, session: WizardSession, context: Context): Promise<Entry[]> {
  const { request, output } = session;
  const total = all.databases.length;
  let done = 0;
  const ui = quiet(unattendedUi(request, output, context.interruption, context.env), output, context);
  const read = () => readAll(all, request, ui, context, () => done++);
  const texts = { doing: () => words.reading(total, done), done: words.read(total) };
  output.result("");
  const shown = () => withProgress(texts, read, process.stdout, session);
  return session.still
    ? await shown()
    : await ignoreInput(process.stdin, context.interruption.request, shown);
}

/**
 * Asks once for which KV Manager they are, where nothing says it and the answer makes a difference.
 * @returns the request with the answer, and the databases as planned for it
 */
async function planned(
  all: Everything,
  entries: Entry[],
  session: WizardSession,
  context: Context,
): Promise<{ request: Request; entries: Entry[] }> {
  const { request, asker, output } = session;
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
  const ui = quiet(unattendedUi(answered, output, context.interruption, context.env), output, context);
  return { request: answered, entries: await readAll(all, answered, ui, context) };
}

async function inTurn(
  turns: Turn[],
  entries: Entry[],
  all: Everything,
  session: WizardSession,
  context: Context,
): Promise<Entry[]> {
  const now = new Map<Entry, Entry>();
  for (const turn of turns) {
    const { result, goesOn } = await one(turn, all, session, context);
    now.set(turn.entry, { ...turn.entry, result });
    if (!goesOn) break;
  }
  const left = context.interruption.requested;
  return entries.map((entry) => now.get(entry) ?? (isPending(entry) ? notTried(entry, left) : entry));
}

/** @returns how it is now, and whether the user goes on with the next one */
async function one(
  { entry, connection: first, request }: Turn,
  { project }: Everything,
  session: WizardSession,
  context: Context,
): Promise<{ result: Result; goesOn: boolean }> {
  for (let connection: Connection = first; ; ) {
    roundBegins();
    const wizardRun: WizardRun = {
      request,
      next: { connection },
      wentBack: false,
      back: words.question.leaveOut,
    };
    // It was answered for all of them.
    const ui = { ...wizardUi(session, wizardRun), kvManager: async ({ kvManager }: Result) => kvManager };
    const result = await upgrade(request, ui, context, { connection, targets: project.targets });
    if (wizardRun.wentBack) return { result: entry.result, goesOn: true };
    show(result, session);
    session.failures.push(result.problem?.code ?? null);
    if (result.outcome === "cancelled") return { result, goesOn: false };
    if (result.problem === null) return { result, goesOn: true };
    const next = await afterFailure(result, result.problem, session, true).catch(leave);
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
function show(result: Result, { output, style }: WizardSession): void {
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
