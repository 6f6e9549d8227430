import { credentialsFor } from "../database/api/credentials.js";
import { WrongDatabase } from "../database/diagnose.js";
import { Problem } from "../lib/problem.js";
import { visibleText } from "../lib/visible-text.js";
import * as messages from "../messages/wizard.js";
import type { Connection } from "../project/connection.js";
import { replaceDatabaseId } from "../project/edit-config.js";
import type { Option } from "../prompts/prompter.js";
import { recordChange } from "../run/record.js";
import type { Result } from "../run/result.js";
import { wrap } from "../screen/wrap.js";
import { showCommand } from "./by-hand.js";
import { clientFor } from "./context.js";
import { logIn } from "./log-in.js";
import { Questions } from "./questions.js";
import { saveFile } from "./save-file.js";
import type { Next, WizardSession } from "./wizard-session.js";

type Way = keyof typeof messages.afterFailureAnswers;

/**
 * Asks what to do after a failure. Offers what fits, the most likely first.
 * @param inRow whether more databases follow: "continue with the next" is then offered instead of "choose another"
 * @returns where to continue; `choose` for the next database in the row
 * @throws {Cancelled}
 */
export async function afterFailure(
  result: Result,
  problem: Problem,
  session: WizardSession,
  inRow = false,
): Promise<Next> {
  // Trying again does not help with wrong flags.
  if (problem.code === "USAGE") return "leave";
  const options = waysOut(result, problem, session, inRow).map(
    (value): Option<Way> => ({ value, ...messages.afterFailureAnswers[value] }),
  );
  for (;;) {
    const way = await session.prompter.select(messages.afterFailure(isRepeated(problem, session)), options);
    const next = await go(way, result, problem, session);
    if (next !== null) return next;
  }
}

/** Enter picks the first option. After the same failure twice that is not a retry, or Enter would repeat it forever. */
function waysOut(result: Result, problem: Problem, session: WizardSession, inRow: boolean): Way[] {
  const { code } = problem;
  const { project } = session;
  // This may just be the wrong folder, so setup is not the first choice.
  if (code === "CONFIG_NOT_FOUND") return ["leave", "setup"];
  const ways: Way[] = [];
  const otherAccount = problem instanceof WrongDatabase && problem.otherAccount;
  if (code === "ACCOUNT_AMBIGUOUS" || otherAccount) ways.push("account");
  if (code === "NOT_LOGGED_IN" || (code === "AUTHENTICATION" && !hasToken(result, session)))
    ways.push("login");
  if (problem instanceof WrongDatabase && problem.found.length > 0) ways.push("pickDatabase");
  if (code === "UNKNOWN_OUTCOME") ways.push("look");
  else if (!["NOT_KV_MANAGER", "EMPTY_DATABASE", "ACCOUNT_AMBIGUOUS"].includes(code)) ways.push("again");
  if (inRow) ways.push("nextOne");
  else if ((project?.targets.length ?? 0) > 0) ways.push("another");
  if (result.statements.length > 0) ways.push("command");
  ways.push("report");
  return isRepeated(problem, session) || code === "EMPTY_DATABASE" ? ["leave", ...ways] : [...ways, "leave"];
}

/** With a token, wrangler refuses to log in. */
function hasToken({ connection }: Result, { context }: WizardSession): boolean {
  return connection !== null && credentialsFor(connection, context.env) !== null;
}

/** Whether the previous run failed in the same way. */
function isRepeated({ code }: Problem, { failures }: WizardSession): boolean {
  return failures.at(-2) === code;
}

/** @returns null to ask again */
async function go(way: Way, result: Result, problem: Problem, session: WizardSession): Promise<Next | null> {
  const { connection } = result;
  if (way === "setup") {
    session.request = { ...session.request, command: "setup", deployed: null };
    session.questions = new Questions(session.prompter, session.request);
    return "choose";
  }
  if (way === "report") {
    await saveReport(result, session);
    return null;
  }
  // `choose` rereads the configs.
  if (connection === null) return way === "again" || way === "another" ? "choose" : "leave";
  switch (way) {
    case "login":
      await logIn(connection, session);
      return { connection };
    case "account":
      return await pickAccount(connection, session);
    case "pickDatabase":
      return problem instanceof WrongDatabase ? await pickDatabase(problem, connection, session) : null;
    case "again":
    case "look":
      return { connection };
    case "another":
      // The flags selected the database that failed, so now everything is asked.
      session.questions = new Questions(
        session.prompter,
        {
          ...session.request,
          ...{ location: null, binding: null, persistTo: null, deployed: session.questions.deployed },
        },
        true,
      );
      return "choose";
    case "nextOne":
      return "choose";
    case "command":
      showCommand(result, session);
      return null;
    case "leave":
      return "leave";
  }
}

/** Saves what someone needs in order to help, as a file that the user can check before sharing it. */
async function saveReport(result: Result, session: WizardSession): Promise<void> {
  const { makeReport } = await import("../report/report.js");
  const { markdown } = makeReport(result, session.request, session.tool, session.context.env);
  const file = {
    question: messages.reportWhere,
    name: messages.defaultReportFile,
    saved: messages.reportSavedTo,
  };
  await saveFile(session, file, session.output.clean(markdown));
}

async function pickAccount(connection: Connection, session: WizardSession): Promise<Next | null> {
  const { output, prompter } = session;
  const accounts = await clientFor(connection, session).accounts(connection);
  if (accounts.length === 0) return { connection };
  // To choose among accounts, the user must see their full ids.
  output.reveal(accounts.map((a) => a.id));
  const options = accounts.map((a) => ({
    value: a,
    // Many accounts are named after their owner's email address.
    label: output.clean(a.name === null ? a.id : `${visibleText(a.name)} (${a.id})`),
    hint: "",
  }));
  const account = await prompter.pick(messages.whichAccount, options);
  output.conceal();
  return account === null ? null : { connection: { ...connection, account } };
}

async function pickDatabase(
  problem: WrongDatabase,
  connection: Connection,
  { output, prompter, style }: WizardSession,
): Promise<Next | null> {
  const { target, location } = connection;
  const field = location === "preview" ? "previewDatabaseId" : "databaseId";
  const chosen = await prompter.pick(
    messages.whichOfAccount(target.config),
    problem.found.map((d) => ({ value: d, label: visibleText(d.name), hint: "" })),
  );
  if (chosen === null) return null;
  let why = "";
  try {
    if (replaceDatabaseId(target, field, chosen.id)) {
      recordChange(messages.idWritten(target.config));
      return { connection: { ...connection, target: { ...target, [field]: chosen.id } } };
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    why = problem.message;
  }
  output.note(wrap(`\n${messages.writeIdYourself(target.config, why)}`, style.width));
  return null;
}
