/** The steps of the page, in order: each makes its section, and returns how to read or fill it. */
import { inspectionQuery } from "../database/inspection-query.js";
import { type Explanation, explainText, labeled, longestError } from "../explain/explain.js";
import { majorOf } from "../lib/version.js";
import * as explained from "../messages/explain.js";
import * as versions from "../messages/kv-manager.js";
import * as messages from "../messages/page.js";
import { note } from "../messages/run.js";
import type { Catalog } from "../plan/catalog.js";
import { ledgerSince } from "../plan/kv-manager.js";
import type { Result } from "../run/result.js";
import { printQuery } from "../saved-schema/print-query.js";
import { nextAfter } from "../screen/contents.js";
import { type Asked, adviceOf, endOf, linesOf, tooLongText, versionChoices } from "./answer.js";
import { endLine, pasteBox } from "./box.js";
import { button, buttonRow, copyable, copyButton } from "./buttons.js";
import { type Child, details, element, prose, shown } from "./elements.js";
import { backPart, checkTable, migrationTable, sqlPart, treeList } from "./parts.js";

/** A section with its heading, which a button can move the focus to. */
function section(heading: string, ...children: Child[]): { section: HTMLElement; goThere: () => void } {
  const title = element("h2", { tabindex: "-1" }, heading);
  return { section: element("section", {}, title, ...children), goThere: () => title.focus() };
}

/** Which KV Manager, and since when. @param changed called after each answer */
export function versionStep(catalog: Catalog, changed: () => void) {
  const choices = [{ value: "", label: messages.version.unsure }, ...versionChoices(catalog)];
  const select = element(
    "select",
    { id: "version", autocomplete: "off", "aria-describedby": "version-hint" },
    ...choices.map(({ value, label }) => element("option", { value }, label)),
  );
  const date = element("input", {
    ...{ id: "deployed", type: "date", autocomplete: "off", "aria-describedby": "deployed-hint" },
  });
  for (const field of [select, date]) field.addEventListener("change", changed);
  return {
    ...section(
      messages.headings.version,
      element("label", { for: "version" }, versions.whichVersion.message),
      element("p", { id: "version-hint", class: "hint" }, versions.whichVersion.why),
      select,
      element("label", { for: "deployed" }, messages.version.deployed),
      element("p", { id: "deployed-hint", class: "hint" }, messages.version.deployedHint),
      date,
    ),
    asked: (): Asked => ({
      version: select.value || null,
      deployed: date.value || null,
      today: new Date().toISOString().slice(0, 10),
    }),
  };
}

/** The button that copies the inspection's query, and the query itself. */
function queryPart(): HTMLElement[] {
  const block = element("pre", {}, inspectionQuery);
  return [
    buttonRow(copyButton(messages.database.copyQuery, inspectionQuery, block)),
    details(messages.database.showQuery, block),
  ];
}

/** The query, and the box for its answer. */
export function databaseStep(changed: () => void, show: () => void) {
  const command = printQuery({
    ...{ location: "remote", binding: null, config: null, env: null },
    printQuery: { persistTo: null },
  });
  const box = pasteBox("answer", messages.database, changed);
  return {
    ...section(
      messages.headings.database,
      element("p", {}, messages.database.howTo),
      ...queryPart(),
      details(messages.database.terminal, ...copyable(command, messages.database.copyCommand)),
      ...box.parts,
      buttonRow(() => button(messages.database.show, show, "main")),
    ),
    text: box.text,
  };
}

/** What is missing, and how to add it. */
export function missingStep() {
  const { line, say } = endLine();
  const body = element("div", {}, element("p", {}, messages.nothingYet));
  return {
    ...section(messages.headings.missing, line, body),
    show: (result: Result | null, deployed: string | null) => {
      say(result === null ? "" : shown(endOf(result)), lookOf(result));
      body.replaceChildren(
        ...(result === null ? [element("p", {}, messages.nothingYet)] : missingParts(result, deployed)),
      );
    },
  };
}

/** @returns the look of the sentence that gives the result */
function lookOf(result: Result | null): string {
  if (result === null) return "";
  if (result.problem !== null) return "bad";
  return result.outcome === "up-to-date" ? "good" : "warn";
}

function missingParts(result: Result, deployed: string | null): HTMLElement[] {
  const { checks, migrations, statements } = result;
  const { location, isMounted } = placeOf(result);
  return [
    ...prose(adviceOf(result) ?? ""),
    ...linesOf(result, deployed).map((text) => element("p", {}, shown(text))),
    ...notesOf(result),
    ...(isOurs(result) && checks.length > 0 ? part(messages.subheadings.tree, treeList(checks)) : []),
    ...(isOurs(result) && migrations.length > 0
      ? part(messages.subheadings.migrations, migrationTable(migrations))
      : []),
    ...(statements.length === 0
      ? []
      : [
          ...part(
            messages.subheadings.about,
            descriptions(messages.recap(statements.length, location, isMounted)),
          ),
          ...part(messages.subheadings.sql, ...sqlPart(result)),
          backPart(statements),
        ]),
  ];
}

/** Parts of a step, with their heading. */
function part(heading: string, ...children: HTMLElement[]): HTMLElement[] {
  return [element("h3", {}, heading), ...children];
}

/** Whether it is KV Manager's database: nothing is shown for another application's. */
function isOurs({ problem }: Result): boolean {
  return problem === null || problem.code === "CONFLICT";
}

/** Where the database is, as far as known, and whether its state is mounted into a container. */
function placeOf({ savedFrom }: Result): { location: string; isMounted: boolean } {
  const { location = "remote", persistTo = null } = savedFrom ?? {};
  return { location, isMounted: persistTo !== null };
}

/** The most notes that anyone would read. */
const mostNotes = 20;

/** Notes that do not block anything. */
function notesOf({ notes, remarks, differences }: Result): HTMLElement[] {
  const all = [...notes, ...remarks, ...differences].map((text) => shown(note(text)));
  const more = all.length - mostNotes;
  const lines = more > 0 ? [...all.slice(0, mostNotes), messages.moreNotes(more)] : all;
  return lines.map((line) => element("p", {}, line));
}

function descriptions(lines: [what: string, text: string][]): HTMLElement {
  return element(
    "dl",
    { class: "lines" },
    ...lines.flatMap(([what, text]) => [element("dt", {}, what), element("dd", {}, text)]),
  );
}

/** The same query again, and the verification table. */
export function verifyStep(changed: () => void) {
  const { line, say } = endLine();
  const box = pasteBox("after", messages.verify, changed);
  const body = element("div");
  return {
    ...section(
      messages.headings.verify,
      element("p", {}, messages.nothingToVerify),
      ...queryPart(),
      ...box.parts,
      buttonRow(() => button(messages.verify.check, changed, "main")),
      line,
      body,
    ),
    text: box.text,
    show: (result: Result | null) => {
      say(result === null ? "" : shown(verdictOf(result)), lookOf(result));
      body.replaceChildren(...(result === null ? [] : verifyParts(result)));
    },
  };
}

function verdictOf(result: Result): string {
  if (result.problem !== null) return endOf(result);
  const { statements, kvManager } = result;
  return statements.length === 0
    ? messages.verify.done(kvManager.version)
    : messages.verify.left(statements.length);
}

function verifyParts(result: Result): HTMLElement[] {
  const { checks, problem, statements, kvManager } = result;
  const { location, isMounted } = placeOf(result);
  const isDone = problem === null && statements.length === 0;
  const next = [
    nextAfter(false, location, isMounted),
    ...(majorOf(kvManager.version) < ledgerSince ? [] : [versions.bannerOnceMore]),
  ];
  return [
    ...prose(adviceOf(result) ?? ""),
    ...(isDone ? next.map((text) => element("p", {}, shown(text))) : []),
    ...notesOf(result),
    ...(statements.length === 0
      ? []
      : part(messages.subheadings.sql, element("p", {}, messages.verify.leftHint), ...sqlPart(result))),
    ...(isOurs(result) && checks.length > 0 ? part(messages.subheadings.checks, checkTable(checks)) : []),
  ];
}

/** `explain`, as a box. @param guarded does something, and shows any error */
export function errorStep(guarded: (work: () => void, say: (text: string) => void) => void) {
  const { line, say } = endLine();
  const body = element("div");
  const show = ({ end, look, parts }: Explained) => {
    say(end, look);
    body.replaceChildren(...parts);
  };
  const explain = () =>
    guarded(
      () => show(explanationOf(box.text())),
      (end) => show({ end, look: "bad", parts: [] }),
    );
  const box = pasteBox("error", messages.error, explain);
  return section(
    messages.headings.error,
    ...box.parts,
    buttonRow(() => button(messages.error.explain, explain, "main")),
    line,
    body,
  );
}

/** What is shown for an error text. */
interface Explained {
  /** In one sentence. */
  end: string;
  look: string;
  parts: HTMLElement[];
}

function explanationOf(text: string): Explained {
  if (text.trim() === "") return { end: "", look: "", parts: [] };
  if (text.length > longestError.bytes) {
    const { message, advice } = tooLongText(longestError.text);
    return { end: message, look: "bad", parts: prose(advice) };
  }
  const found = explainText(text);
  if (found.length === 0)
    return { end: explained.unknownText.message, look: "warn", parts: prose(messages.error.advice) };
  return { end: messages.error.found(found.length), look: "", parts: found.flatMap(explanationParts) };
}

function explanationParts(explanation: Explanation): HTMLElement[] {
  const { text, code, advice } = explanation;
  const head = code === null || code === text ? text : `${text} (${code})`;
  const isCommand = advice.includes("\n  kv-manager-upgrade ");
  return [
    element("h3", {}, shown(head)),
    element(
      "dl",
      {},
      ...labeled(explanation).flatMap(([label, said]) => [
        element("dt", {}, label),
        element("dd", {}, ...prose(said)),
      ]),
    ),
    ...(isCommand ? [element("p", {}, messages.error.here)] : []),
  ];
}
