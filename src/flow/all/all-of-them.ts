import { RequestCache } from "../../database/api/request-cache.js";
import { Cancelled } from "../../lib/problem.js";
import * as messages from "../../messages/all.js";
import type { Connection } from "../../project/connection.js";
import { type Entry, endOf } from "../../run/entry.js";
import { resultIsShown, runBegins } from "../../run/record.js";
import { exitCodeOfResult, type Result } from "../../run/result.js";
import { type SummaryOptions, summaryOfAll } from "../../screen/all-summary.js";
import { closingSentence } from "../../screen/contents.js";
import { verificationTable } from "../../screen/parts.js";
import { revealAccounts } from "../../screen/reveal-accounts.js";
import { problemText } from "../../screen/summary.js";
import { wrap } from "../../screen/wrap.js";
import { afterFailure } from "../after-failure.js";
import { findProject } from "../find-project.js";
import { withNthBackup } from "../numbered.js";
import { neverStarted, rememberWrite } from "../run-end.js";
import type { Ui } from "../ui.js";
import { upgrade } from "../upgrade.js";
import type { WizardSession } from "../wizard-session.js";
import { type WizardRun, wizardUi } from "../wizard-ui.js";
import { requestToGoOn } from "./backup-names.js";
import { type Everything, everything } from "./read-all.js";
import { planned, readWithLogin } from "./read-in-view.js";
import { afterTurns, type Turn, takeTurns, turnsOf } from "./turns.js";

/**
 * Runs the wizard for all databases: the table, then a preview and a question for each one with something pending,
 * then the table again.
 * @returns the exit code
 */
export async function allOfThem(oneByOne: WizardSession): Promise<number> {
  const context = { ...oneByOne.context, requestCache: new RequestCache() };
  const session: WizardSession = { ...oneByOne, context };
  const { output, style } = session;
  try {
    const all = everything(session.project ?? findProject(session.request, context.env), session.request);
    session.project = all.project;
    const { request, entries } = await planned(all, await readWithLogin(all, session), session);
    const turns = await turnsOf(entries, request);
    const shown: SummaryOptions = { sql: false, note: all.note, ended: turns.length === 0, yes: false };
    revealAccounts(
      entries.map(({ result }) => result),
      output,
    );
    output.result(`\n${summaryOfAll(entries, request, style, shown)}`);
    if (context.interruption.requested) return ended(afterTurns(entries, true));
    if (turns.length === 0) return ended(entries);
    const now = await takeTurns(turns, entries, context.interruption, async (turn, nth) => {
      output.result(`\n${style.dim(messages.question.nth(nth, turns.length))}`);
      return await takeTurn(turn, all, session);
    });
    const next = requestToGoOn(request, now);
    output.result(`\n${summaryOfAll(now, next, style, { ...shown, ended: true })}`);
    return ended(now);
  } catch (error) {
    const result = neverStarted(error, session.request);
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

/**
 * Upgrades one database, as often as the user tries again.
 * @returns its result, and whether the user continues with the next one
 */
async function takeTurn(
  { entry, connection: first, request }: Turn,
  { project: { targets } }: Everything,
  session: WizardSession,
): Promise<{ result: Result; goesOn: boolean }> {
  // The version was chosen for all of them in one answer.
  const answered = session.request.forVersion === null && request.forVersion !== null;
  let connection: Connection = first;
  let backups = 0;
  let unknown: Result | null = null;
  // Only the same failure of the same database is a repeated one.
  session.failures = [];
  for (;;) {
    runBegins();
    const again = withNthBackup(request, backups + 1);
    const wizardRun: WizardRun = {
      request: again,
      next: { connection },
      left: null,
      back: messages.question.leaveOut,
    };
    const ui: Ui = {
      ...wizardUi(session, wizardRun),
      kvManager: async ({ kvManager }) => (answered ? { ...kvManager, from: "answer" } : kvManager),
    };
    const last = await upgrade(again, ui, session.context, { connection, targets, found: null });
    if (wizardRun.left === "back") return { result: entry.result, goesOn: true };
    // An earlier attempt may have been the one that upgraded it, so its restore point is kept.
    const result: Result =
      unknown === null || last.restorePoint !== null ? last : { ...last, restorePoint: unknown.restorePoint };
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

/** The run is over: quitting at the question after a failure does not cancel it. */
function leave(error: unknown): "leave" {
  if (error instanceof Cancelled) return "leave";
  throw error;
}

/** Shows how one ended. Its restore command is shown below the table. */
function show(result: Result, { output, style }: WizardSession): void {
  const { problem } = result;
  rememberWrite(result);
  // One that the user left is reported at the end, with the others.
  if (result.outcome === "cancelled" && result.applied === false) return;
  if (problem !== null) output.note(`\n${problemText(problem, result, style)}`);
  else {
    const sentence = style.bold(wrap(closingSentence(result), style.width));
    const table = result.applied === true ? verificationTable(result.checks, style) : "";
    output.result(`\n${[sentence, table].filter(Boolean).join("\n\n")}`);
  }
  resultIsShown(exitCodeOfResult(result));
}
