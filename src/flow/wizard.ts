import { Cancelled } from "../lib/problem.js";
import * as messages from "../messages/wizard.js";
import type { Connection } from "../project/connection.js";
import { isPlain, makePrompter } from "../prompts/make-prompter.js";
import type { Option } from "../prompts/prompter.js";
import { resultIsShown, runBegins } from "../run/record.js";
import type { Request } from "../run/request.js";
import { exitCodeOfResult, type Result } from "../run/result.js";
import { connectionLine } from "../screen/connection-line.js";
import { finalMessage } from "../screen/final-message.js";
import { problemText } from "../screen/summary.js";
import { afterFailure } from "./after-failure.js";
import { allOfThem } from "./all/all-of-them.js";
import { withNthBackup } from "./numbered.js";
import type { Program } from "./program.js";
import { Questions } from "./questions.js";
import { rememberWrite } from "./run-end.js";
import { upgrade } from "./upgrade.js";
import { databasesNotSeen, type Next, type WizardSession } from "./wizard-session.js";
import { type WizardRun, wizardUi } from "./wizard-ui.js";

/**
 * Runs the wizard in a terminal: one database after the other, until the user is done.
 * @returns the exit code of the last database
 */
export async function wizard(program: Program): Promise<number> {
  const { request, output, context, style, tool } = program;
  const plain = isPlain(request.plain, context.env);
  const prompter = await makePrompter(plain, output, style, context.interruption);
  const questions = new Questions(prompter, request);
  prompter.title(`${tool.name} ${tool.version}`, [request.cwd, messages.howToLeave]);
  try {
    return await runs({
      ...program,
      ...{ isPlain: plain, prompter, questions },
      ...{ project: null, seen: [], failures: [], kvManager: null },
    });
  } finally {
    prompter.close();
  }
}

/** Each run is about one database, from choosing it to asking what to do next. */
async function runs(session: WizardSession): Promise<number> {
  if (session.request.all) return await allOfThem(session);
  let next: Next = "choose";
  let last: Result | null = null;
  for (;;) {
    runBegins();
    const request = forNextRun(session);
    const wizardRun: WizardRun = { request, next, left: null };
    const result = await upgrade(request, wizardUi(session, wizardRun), session.context);
    if (wizardRun.left === "all") return await allOfThem(session);
    if (wizardRun.left === "back") {
      // From a database offered after another run, go back to that offer; otherwise to the previous question.
      next = last === null || typeof next === "string" ? "back" : await whatNext(last, session);
    } else {
      show(result, session, request);
      last = result;
      session.failures.push(result.problem?.code ?? null);
      if (result.outcome === "cancelled") return exitCodeOfResult(result);
      if (result.connection !== null) session.seen.push({ connection: result.connection, result });
      next = await whatNext(result, session);
    }
    if (next === "leave" && last !== null) return exitCodeOfResult(last);
  }
}

/** Returns the next run's request. Each database gets its own backup file. */
function forNextRun({ request, seen }: WizardSession): Request {
  const made = seen.filter(({ result }) => result.backup !== null).length;
  return withNthBackup(request, made + 1);
}

/** Asks what to do after a run. */
async function whatNext(result: Result, session: WizardSession): Promise<Next> {
  try {
    if (result.problem !== null) return await afterFailure(result, result.problem, session);
    return await another(session, result.outcome === "empty");
  } catch (error) {
    // The run is over: quitting at this question does not cancel it.
    if (!(error instanceof Cancelled)) throw error;
    if (session.isPlain) session.output.result("");
    return "leave";
  }
}

/**
 * Offers the other databases that were found.
 * @param wanted whether the user probably wants another database, so that they come first
 */
async function another(session: WizardSession, wanted: boolean): Promise<Next> {
  const { prompter, output } = session;
  const others = databasesNotSeen(session).map(
    (value): Option<Connection | null> => ({ value, label: output.clean(connectionLine(value)), hint: "" }),
  );
  if (others.length === 0) return "leave";
  const none = { value: null, ...messages.doneAnswer };
  const chosen = await prompter.select(
    messages.continueWithAnother,
    wanted ? [...others, none] : [none, ...others],
  );
  return chosen === null ? "leave" : { connection: chosen };
}

/** Shows how a run ended. */
function show(result: Result, { output, style, questions }: WizardSession, request: Request): void {
  const { problem, kvManager } = result;
  // In the commands that are shown, answers become flags.
  const forVersion = kvManager.from === "answer" ? kvManager.version : request.forVersion;
  const asked = { ...request, forVersion, deployed: questions.deployed };
  const text = finalMessage(result, asked, style);
  if (text !== "") output.result(`\n${text}`);
  if (problem !== null) output.note(`\n${problemText(problem, result, style)}`);
  rememberWrite(result);
  resultIsShown(exitCodeOfResult(result));
}
