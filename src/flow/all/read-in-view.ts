import { majorOf } from "../../lib/version.js";
import * as messages from "../../messages/all.js";
import { whichVersion } from "../../messages/kv-manager.js";
import { afterFailureAnswers, afterFailure as afterFailureQuestion } from "../../messages/wizard.js";
import { planUpgrade } from "../../plan/plan.js";
import { readCatalog } from "../../plan/read-catalog.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import type { Result } from "../../run/result.js";
import { problemsOfAll } from "../../screen/all-summary.js";
import { logIn } from "../log-in.js";
import { choicesFor, versionOptions } from "../planning.js";
import type { WizardSession } from "../wizard-session.js";
import { workInView } from "../wizard-ui.js";
import { type Everything, readAll } from "./read-all.js";

/** Reads all databases and shows progress. If wrangler is not logged in, the user can log in once for all of them. */
export async function readWithLogin(all: Everything, session: WizardSession): Promise<Entry[]> {
  const { style, output, prompter } = session;
  for (let tries = 0; ; tries++) {
    const entries = await readInView(all, session);
    const refused = entries.filter(({ result }) => result.problem?.code === "NOT_LOGGED_IN");
    const connection = refused[0]?.connection ?? null;
    if (connection === null || tries > 1) return entries;
    output.note(`\n${problemsOfAll(refused, style)}`);
    const { login } = afterFailureAnswers;
    const choices = [
      { value: true, ...login },
      { value: false, ...messages.question.withoutLogin },
    ];
    if (!(await prompter.select(afterFailureQuestion(tries > 0), tries > 0 ? choices.reverse() : choices)))
      return entries;
    await logIn(connection, session);
  }
}

async function readInView(all: Everything, session: WizardSession, known: Entry[] = []): Promise<Entry[]> {
  session.output.result("");
  return await readAll(all, session, (texts, work) => workInView(texts, work, session), known);
}

/**
 * Asks once which KV Manager version to upgrade them for, if no flag or checkout says so and it makes a difference.
 * @returns the request with the answer, and the databases as planned for it
 */
export async function planned(
  all: Everything,
  entries: Entry[],
  session: WizardSession,
): Promise<{ request: Request; entries: Entry[] }> {
  const { request, prompter } = session;
  const catalog = readCatalog();
  const open = entries.flatMap(({ result }) =>
    result.snapshot === null || ["flag", "checkout"].includes(result.kvManager.from) ? [] : [result.snapshot],
  );
  const recommended = newestOf(entries.map(({ result }) => result));
  const options = versionOptions(choicesFor(open, planUpgrade, catalog), recommended);
  if (options === null) return { request, entries };
  const question = { ...whichVersion, message: messages.question.whichVersion };
  const version = await prompter.select(question, options);
  const answered = { ...request, forVersion: version };
  const read = await readInView(all, { ...session, request: answered }, entries);
  return { request: answered, entries: read.map(asAnswered) };
}

/** Returns the latest major version that any of the databases is planned for. */
function newestOf(results: Result[]): string | undefined {
  const read = results.filter(({ snapshot }) => snapshot !== null);
  return read.map(({ kvManager }) => kvManager.version).sort((a, b) => majorOf(b) - majorOf(a))[0];
}

/** Marks the version as chosen by an answer rather than a flag. */
function asAnswered(entry: Entry): Entry {
  const { kvManager } = entry.result;
  if (kvManager.from !== "flag") return entry;
  return { ...entry, result: { ...entry.result, kvManager: { ...kvManager, from: "answer" } } };
}
