import { dirname } from "node:path";
import { runInTerminal } from "../database/process.js";
import type { ProjectWrangler } from "../database/wrangler/find-wrangler.js";
import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { Problem } from "../lib/problem.js";
import * as kvManagerMessages from "../messages/kv-manager.js";
import { finishing, note, waiting } from "../messages/run.js";
import * as messages from "../messages/wizard.js";
import type { KvManager } from "../plan/kv-manager.js";
import type { Connection } from "../project/connection.js";
import { installCommand } from "../project/package-manager.js";
import { boundText } from "../project/targets.js";
import { ignoreInput, waitForNoInput } from "../prompts/ignore-input.js";
import type { Option } from "../prompts/prompter.js";
import type { Choice } from "../prompts/renderer.js";
import type { Request } from "../run/request.js";
import type { Facts } from "../run/result.js";
import { connectionLine } from "../screen/connection-line.js";
import { plannedFor } from "../screen/contents.js";
import { differenceTree, pendingLine, statementsText } from "../screen/parts.js";
import { type Work, withProgress } from "../screen/progress.js";
import { deployedLines } from "../screen/summary.js";
import { wrap } from "../screen/wrap.js";
import { saveSql, showCommand } from "./by-hand.js";
import { wranglerFor } from "./context.js";
import { versionOptions } from "./planning.js";
import { placementAsked } from "./setup-questions.js";
import type { Ui, VersionChoice } from "./ui.js";
import { databasesNotSeen, type Next, type WizardSession } from "./wizard-session.js";

/** One run of the wizard, for one database. */
export interface WizardRun {
  request: Request;
  /** The database if it is known, or where to start with the questions. */
  next: Next;
  /** Set when the user wants the previous question, or all databases, one after the other. */
  left: "back" | "all" | null;
  /** The text for going back, if that does not lead to the previous question. */
  back?: Choice;
}

/** The user interface that asks. */
export function wizardUi(session: WizardSession, wizardRun: WizardRun): Ui {
  const { output, context, style, prompter } = session;
  const say = (text: string) => output.result(wrap(text, style.width));
  return {
    asks: true,

    async choose(project, begin) {
      const first = session.project === null;
      session.project = project;
      // Without any database, an unreadable config is the failure itself.
      if (first && project.targets.length > 0)
        for (const { problem } of project.configs.broken) say(`\n${problem.message}`);
      if (typeof wizardRun.next === "object") return wizardRun.next.connection;
      const chosen = await session.questions.choose(project, wizardRun.next === "back", begin);
      if (chosen === null) wizardRun.left = "all";
      return chosen;
    },

    locateWrangler: (connection) => locate(connection, session),

    async progress(work, _connection, run) {
      const texts = { doing: messages.doing[work], done: messages.done[work] };
      if (work === "inspecting") output.result("");
      return await workInView(texts, run, session);
    },

    preview(facts) {
      if (facts.connection !== null) say(`\n${style.bold(connectionLine(facts.connection))}`);
      for (const line of deployedLines(facts, session.questions.deployed)) say(line);
      say(plannedFor(facts));
      const pending = facts.setsUp ? "" : pendingLine(facts.migrations);
      if (pending !== "") say(pending);
      output.result(`\n${differenceTree(facts.checks, style)}`);
      const notes = facts.otherName === null ? [] : [facts.otherName.note];
      for (const text of [...notes, ...facts.remarks, ...facts.differences]) say(`\n${note(text)}`);
      if (facts.statements.length > 0)
        output.result(`\n${style.bold(messages.sqlHeading)}\n\n${statementsText(facts.statements, style)}`);
    },

    confirmName: (name) => prompter.confirm(messages.acceptName(output.clean(name)), false),

    confirmApply: (facts) => confirmApply(facts, session, wizardRun),

    async confirmWithoutRestorePoint(why) {
      say(messages.noRestorePoint(why));
      return await prompter.confirm(messages.continueWithoutRestorePoint, false);
    },

    async confirmSetup(connection, exists) {
      const { yes, no, other } = messages.setUpAnswers;
      const others = databasesNotSeen(session, [connection]).length > 0;
      const options: Option<"yes" | "no" | "back">[] = [
        { value: "yes", ...yes },
        { value: "no", ...(others ? other : no) },
      ];
      // It may have been confused with another database; that is more likely than a second setup.
      if (others) options.reverse();
      if (offersBack(session, wizardRun)) options.push({ value: "back", ...messages.back });
      const chosen = await prompter.select(messages.emptyDatabase(exists), options);
      if (chosen !== "back") return chosen === "yes";
      wizardRun.left = "back";
      return null;
    },

    kvManager: (facts, choices) => whichKvManager(facts, choices, session, wizardRun),

    async confirmStep(step) {
      say(`\n${step.about}`);
      return await prompter.confirm(output.clean(step.question), true);
    },
    placement: () => placementAsked(prompter, wizardRun.request),
    notify: (text) => output.note(wrap(`\n${text}`, style.width)),

    finishing: () => output.note(`\n${finishing}`),

    async wait(seconds, why) {
      output.note(wrap(`\n${waiting(why, seconds)}`, style.width));
      await context.interruption.pause(seconds);
    },
  };
}

/** Does work and shows progress; keys pressed in the meantime do not answer the next question. */
export async function workInView<T>(texts: Work, work: () => Promise<T>, session: WizardSession): Promise<T> {
  const shown = () => withProgress(texts, work, process.stdout, session);
  // In plain mode, which reads whole lines, typing ahead is allowed.
  return session.isPlain
    ? await shown()
    : await ignoreInput(process.stdin, session.context.interruption.request, shown);
}

/**
 * Asks which KV Manager version will use the database, if no flag or checkout says so and it makes a difference.
 * @returns null when the user wants the previous question
 */
async function whichKvManager(
  { kvManager: known, versionNote }: Facts,
  choices: () => VersionChoice[],
  session: WizardSession,
  wizardRun: WizardRun,
): Promise<KvManager | null> {
  const { prompter } = session;
  const { version, from } = known;
  if (from === "flag" || from === "checkout") {
    const reason = kvManagerMessages.answeredBy[versionNote === null ? from : "newest"];
    prompter.answered(kvManagerMessages.whichVersion.message, `${version} (${reason})`);
    return known;
  }
  const options = versionOptions(choices(), session.kvManager ?? version);
  if (options === null) return known;
  if (offersBack(session, wizardRun)) options.push({ value: "back", ...messages.back });
  const answer = await prompter.select(kvManagerMessages.whichVersion, options);
  if (answer === "back") {
    wizardRun.left = "back";
    return null;
  }
  session.kvManager = answer;
  return answer === version ? known : { version: answer, from: "answer" };
}

/** Finds wrangler, or installs it if the user agrees. */
async function locate(connection: Connection, session: WizardSession): Promise<ProjectWrangler> {
  const { prompter } = session;
  try {
    return await wranglerFor(connection, session);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "WRANGLER_NOT_FOUND") throw problem;
    const folder = dirname(connection.target.configPath);
    const command = installCommand(folder);
    if (!(await prompter.confirm(messages.installQuestion(command.join(" "), problem.message), true)))
      throw problem;
    prompter.close();
    await runInTerminal(command, folder);
    return await wranglerFor(connection, session);
  }
}

/** Shows what is about to happen and asks. Saving the SQL or showing the command returns to the same question. */
async function confirmApply(facts: Facts, session: WizardSession, wizardRun: WizardRun): Promise<boolean> {
  const { output, style, prompter, context } = session;
  const { connection, setsUp, statements } = facts;
  if (connection === null) return false;
  const { location } = connection;
  const { backup } = wizardRun.request;
  const mounted = connection.persistTo !== null;
  const known = { statements: statements.length, setsUp, location, mounted, backup };
  const lines = messages.recap(known).map(([what, text]) => wrap(`${style.bold(what)} ${text}`, style.width));
  output.result(`\n${lines.join("\n")}`);
  const { yes, setUp, no, save, command } = messages.applyAnswers;
  const decide: Option<Consent>[] = [
    { value: "yes", ...(setsUp ? setUp : yes) },
    { value: "no", ...no },
  ];
  // Pressing Enter alone never changes a deployed database.
  if (location !== "local") decide.reverse();
  const options: Option<Consent>[] = [
    ...decide,
    { value: "save", ...save },
    { value: "command", ...command },
  ];
  if (offersBack(session, wizardRun)) options.push({ value: "back", ...(wizardRun.back ?? messages.back) });
  const question = messages.applyQuestion(output.clean(whichDatabase(connection, context.env)), setsUp);
  let initial = 0;
  if (!session.isPlain) await waitForNoInput(process.stdin, context.interruption.request);
  for (;;) {
    const chosen = await prompter.select(question, options, initial);
    // After one of the other options, pressing Enter again must not start the upgrade.
    initial = options.findIndex((option) => option.value === "no");
    if (chosen === "save") await saveSql(facts, session);
    else if (chosen === "command") showCommand(facts, session);
    else {
      if (chosen === "back") wizardRun.left = "back";
      return chosen === "yes";
    }
  }
}

/** Whether there is a previous question, including the one which database to continue with. */
function offersBack({ questions }: WizardSession, { next }: WizardRun): boolean {
  return questions.canGoBack || typeof next === "object";
}

type Consent = "yes" | "no" | "save" | "command" | "back";

/** Returns the database with its account, if known, so that the question is unambiguous. */
function whichDatabase(connection: Connection, env: NodeJS.ProcessEnv): string {
  const { target, location, account, persistTo } = connection;
  const id = account?.id ?? target.accountId ?? env.CLOUDFLARE_ACCOUNT_ID;
  const known = account?.name ?? id;
  const of = known === undefined || location === "local" ? "" : `, account ${known}`;
  const state = persistTo === null ? "" : `, in the folder ${displayPath(persistTo, currentFolder())}`;
  return `${location} database ${target.database ?? target.binding} (${boundText(target)}${of}${state})`;
}
