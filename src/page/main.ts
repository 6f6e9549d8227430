/** The web page: the program's plan, words and checks, in a browser. */

import { messageOf, Problem } from "../lib/problem.js";
import * as messages from "../messages/page.js";
import { catalogOf, type SqlFiles } from "../plan/catalog.js";
import { noFacts, type Result, resultOf } from "../run/result.js";
import { answerTo } from "./answer.js";
import { element } from "./elements.js";
import { databaseStep, errorStep, missingStep, verifyStep, versionStep } from "./steps.js";

/** The build replaces these with the files of sql/ and the package's version. */
declare const SQL_FILES: SqlFiles;
declare const PACKAGE_VERSION: string;

const catalog = catalogOf(SQL_FILES);

const version = versionStep(catalog, update);
const database = databaseStep(update, () => {
  update();
  missing.goThere();
});
const missing = missingStep();
const verify = verifyStep(update);
const error = errorStep(guarded);

document
  .querySelector("main")
  ?.replaceChildren(
    element("h1", {}, messages.title),
    ...messages.intro.map((text) => element("p", {}, text)),
    ...[version, database, missing, verify, error].map((step) => step.section),
    element("footer", {}, messages.madeBy(PACKAGE_VERSION)),
  );

let before: Result | null = null;
const isNewAnswer = changes();
const isNewProof = changes();

/** Shows the results for everything entered. */
function update(): void {
  guarded(
    () => {
      const asked = version.asked();
      const pasted = database.text();
      if (isNewAnswer([pasted, asked.version, asked.deployed])) {
        before = answerTo(pasted, asked, catalog);
        missing.show(before, asked.deployed);
      }
      // Both answers are checked against the same version of KV Manager, even if only the first one gives it.
      const named = asked.version ?? (before?.snapshot ? before.kvManager.version : null);
      const proof = verify.text();
      if (isNewProof([proof, named]))
        verify.show(answerTo(proof, { ...asked, version: named, deployed: null }, catalog));
    },
    (text) => missing.show(resultOf(noFacts, new Problem("UNEXPECTED_OUTPUT", text, "")), null),
  );
}

/**
 * Makes a function that says whether values have changed since its last call. If not, what the user has opened or
 * selected is left alone.
 */
function changes(): (values: unknown[]) => boolean {
  let last: unknown[] = [];
  return (values) => {
    const changed = values.some((value, i) => value !== last[i]);
    last = values;
    return changed;
  };
}

/** Does something, and shows any error: a page that silently does nothing helps no one. */
function guarded(work: () => void, say: (text: string) => void): void {
  try {
    work();
  } catch (caught) {
    say(messages.fault(messageOf(caught)));
  }
}
