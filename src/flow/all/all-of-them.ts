import { AskedOnce } from "../../database/api/asked-once.js";
import { openWrangler } from "../../database/choose-client.js";
import { Cancelled } from "../../lib/problem.js";
import { majorOf } from "../../lib/version.js";
import { knownMajors, neededBy } from "../../plan/kv-manager.js";
import { planUpgrade } from "../../plan/plan.js";
import { readCatalogue } from "../../plan/read-catalogue.js";
import type { Connection } from "../../project/connection.js";
import type { Option } from "../../prompts/asker.js";
import { ignoreInput } from "../../prompts/ignore-input.js";
import { type Entry, endOf } from "../../run/entry.js";
import { resultIsShown, runBegins, runSoFar } from "../../run/record.js";
import type { Request } from "../../run/request.js";
import { blankResult, exitCodeOfResult, type Result } from "../../run/result.js";
import { problemsOfAll, type Shown, summaryOfAll } from "../../screen/all-summary.js";
import { closingSentence } from "../../screen/contents.js";
import { verificationTable } from "../../screen/parts.js";
import { withProgress } from "../../screen/progress.js";
import { problemText } from "../../screen/summary.js";
import { wrap } from "../../screen/wrap.js";
import * as words from "../../words/all.js";
import { versionAnswer, whichVersion } from "../../words/kv-manager.js";
import {
  afterFailureAnswers,
  afterFailure as afterFailureQuestion,
  loginFailed,
} from "../../words/wizard.js";
import { afterFailure } from "../after-failure.js";
import { findProject } from "../by-name.js";
import { type Context, settingsFor } from "../context.js";
import { rememberWrite } from "../remember-write.js";
import { settle } from "../settle.js";
import type { Ui } from "../ui.js";
import { unattendedUi } from "../unattended-ui.js";
import { upgrade } from "../upgrade.js";
import type { WizardSession } from "../wizard-session.js";
import { type WizardRun, wizardUi } from "../wizard-ui.js";
import { numbered, requestToGoOn } from "./backup-names.js";
import { quiet } from "./quiet-ui.js";
import { type Everything, everything, readAll } from "./read-all.js";
import { readCounter } from "./read-counter.js";
import { revealAccounts } from "./reveal-accounts.js";
import { type Turn, turnsOf, withoutTurn, withResult } from "./upgrade-all.js";

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
    const read = await readWithLogin(all, session, context);
    const { request, entries } = await planned(all, read, session, context);
    const turns = await turnsOf(entries, request);
    const shown: Shown = { sql: false, note: all.note, ended: turns.length === 0, yes: false };
    revealAccounts(entries, output);
    output.result(`\n${summaryOfAll(entries, request, style, shown)}`);
    if (context.interruption.requested) return ended(withoutTurn(entries, true));
    if (turns.length === 0) return ended(entries);
    const now = await inTurn(turns, entries, all, session, context);
    const next = requestToGoOn(request, now);
    output.result(`\n${summaryOfAll(now, next, style, { ...shown, ended: true })}`);
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

/** Reads them; where wrangler is not logged in, that can be done once for all. */
async function readWithLogin(all: Everything, session: WizardSession, context: Context): Promise<Entry[]> {
  const { request, style, output, asker } = session;
  for (let tries = 0; ; tries++) {
    const entries = await readInView(all, request, session, context);
    const refused = entries.filter(({ result }) => result.problem?.code === "NOT_LOGGED_IN");
    const connection = refused[0]?.connection ?? null;
    if (connection === null || tries > 1) return entries;
    output.note(`\n${problemsOfAll(refused, style)}`);
    const { login } = afterFailureAnswers;
    const choices = [
      { value: true, ...login },
      { value: false, ...words.question.withoutLogin },
    ];
    if (!(await asker.select(afterFailureQuestion(tries > 0), tries > 0 ? choices.reverse() : choices)))
      return entries;
    asker.prompts.close();
    if (!(await openWrangler(settingsFor(connection, request, context)).login(connection)))
      output.note(`\n${loginFailed}`);
  }
}

function ended(entries: Entry[]): number {
  const { exitCode } = endOf(entries.map(({ result }) => result));
  resultIsShown(exitCode);
  return exitCode;
}

async function readInView(
  all: Everything,
  request: Request,
  session: WizardSession,
  context: Context,
): Promise<Entry[]> {
  const { output } = session;
  const counter = readCounter(all.databases.length);
  const ui = quiet(unattendedUi(request, output, context.interruption, context.env), output, context);
  const read = () => readAll(all, request, ui, context, counter.onRead);
  output.result("");
  const shown = () => withProgress(counter, read, process.stdout, session);
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
  const { request, asker } = session;
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
  // What the first database shows of itself is recommended, and stands first, as everywhere.
  const recommended = newestOf(entries.map(({ result }) => result));
  options.sort((a, b) => Number(b.value === recommended) - Number(a.value === recommended));
  const question = { ...whichVersion, message: words.question.whichVersion };
  const version = await asker.select(question, options);
  const answered = { ...request, forVersion: version };
  const read = await readInView(all, answered, session, context);
  return { request: answered, entries: read.map(asAnswered) };
}

/** The latest major that one of the databases already serves. */
function newestOf(results: Result[]): string | undefined {
  const read = results.filter(({ snapshot }) => snapshot !== null);
  return read.map(({ kvManager }) => kvManager.version).sort((a, b) => majorOf(b) - majorOf(a))[0];
}

/** It was answered, and not given by flag. */
function asAnswered(entry: Entry): Entry {
  const { kvManager } = entry.result;
  if (kvManager.from !== "flag") return entry;
  return { ...entry, result: { ...entry.result, kvManager: { ...kvManager, from: "answer" } } };
}

async function inTurn(
  turns: Turn[],
  entries: Entry[],
  all: Everything,
  session: WizardSession,
  context: Context,
): Promise<Entry[]> {
  const now = new Map<Entry, Entry>();
  for (const [i, turn] of turns.entries()) {
    session.output.result(`\n${session.style.dim(words.question.nth(i + 1, turns.length))}`);
    const { result, goesOn } = await one(turn, all, session, context);
    now.set(turn.entry, withResult(turn.entry, result));
    if (!goesOn) break;
  }
  return withoutTurn(entries, context.interruption.requested).map(
    (entry, i) => now.get(entries[i] ?? entry) ?? entry,
  );
}

/** @returns how it is now, and whether the user goes on with the next one */
async function one(
  { entry, connection: first, request }: Turn,
  { project }: Everything,
  session: WizardSession,
  context: Context,
): Promise<{ result: Result; goesOn: boolean }> {
  let [connection, backups]: [Connection, number] = [first, 0];
  let unknown: Result | null = null;
  for (;;) {
    runBegins();
    const again = backups === 0 ? request : { ...request, backup: numbered(request.backup, backups + 1) };
    const wizardRun: WizardRun = {
      request: again,
      next: { connection },
      wentBack: false,
      back: words.question.leaveOut,
    };
    // It was answered for all of them.
    const answered = session.request.forVersion === null && request.forVersion !== null;
    const ui: Ui = {
      ...wizardUi(session, wizardRun),
      kvManager: async ({ kvManager }) => (answered ? { ...kvManager, from: "answer" } : kvManager),
    };
    const last = await upgrade(again, ui, context, { connection, targets: project.targets });
    // An earlier try may have been what upgraded it, so its way back stays.
    const result: Result =
      unknown === null || last.restorePoint !== null ? last : { ...last, restorePoint: unknown.restorePoint };
    if (wizardRun.wentBack) return { result: entry.result, goesOn: true };
    show(last, session);
    if (last.applied === null) unknown = last;
    if (last.backup !== null) backups++;
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
  // What was left is told at the end, with all the others.
  if (result.outcome === "cancelled" && result.applied === false) return;
  if (problem !== null) output.note(`\n${problemText(problem, result, style)}`);
  else {
    const sentence = style.bold(wrap(closingSentence(result), style.width));
    const table = result.applied === true ? verificationTable(result.checks, style) : "";
    output.result(`\n${[sentence, table].filter(Boolean).join("\n\n")}`);
  }
  resultIsShown(exitCodeOfResult(result));
}
