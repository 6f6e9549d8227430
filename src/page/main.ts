/** The web page: the program's plan, words and checks, in a browser. */

import { Problem } from "../lib/problem.js";
import { catalogueOf, type SqlFiles } from "../plan/catalogue.js";
import { noFacts, type Result, resultOf } from "../run/result.js";
import * as words from "../words/page.js";
import { answerTo } from "./answer.js";
import { element } from "./elements.js";
import { databaseStep, errorStep, missingStep, verifyStep, versionStep } from "./steps.js";

/** The build puts the files of sql/ and the package's version in the place of these. */
declare const SQL_FILES: SqlFiles;
declare const PACKAGE_VERSION: string;

const catalogue = catalogueOf(SQL_FILES);

const version = versionStep(catalogue, update);
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
    element("h1", {}, words.title),
    ...words.intro.map((text) => element("p", {}, text)),
    ...[version, database, missing, verify, error].map((step) => step.section),
    element("footer", {}, words.madeBy(PACKAGE_VERSION)),
  );

let before: Result | null = null;
const isNewAnswer = changes();
const isNewProof = changes();

/** Shows what follows from all that is entered. */
function update(): void {
  guarded(
    () => {
      const asked = version.asked();
      const pasted = database.text();
      if (isNewAnswer([pasted, asked.version, asked.deployed])) {
        before = answerTo(pasted, asked, catalogue);
        missing.show(before, asked.deployed);
      }
      // Both answers are held against the same KV Manager, also where only the first one, a report, names it.
      const named = asked.version ?? (before?.snapshot ? before.kvManager.version : null);
      const proof = verify.text();
      if (isNewProof([proof, named]))
        verify.show(answerTo(proof, { ...asked, version: named, deployed: null }, catalogue));
    },
    (text) => missing.show(failed(new Problem("UNEXPECTED_OUTPUT", text, "")), null),
  );
}

/** Tells whether something is other than the last time: what somebody has opened or selected is left alone otherwise. */
function changes(): (values: unknown[]) => boolean {
  let last: unknown[] = [];
  return (values) => {
    const changed = values.some((value, i) => value !== last[i]);
    last = values;
    return changed;
  };
}

function failed(problem: Problem): Result {
  return resultOf(noFacts, problem);
}

/** Does something, and says where it failed: a page that does nothing at all leaves its reader alone. */
function guarded(work: () => void, say: (text: string) => void): void {
  try {
    work();
  } catch (caught) {
    say(words.fault(caught instanceof Error ? caught.message : String(caught)));
  }
}
