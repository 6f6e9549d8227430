import { existsSync } from "node:fs";
import { Problem } from "../lib/problem.js";
import { visibleText } from "../lib/visible-text.js";
import * as allMessages from "../messages/all.js";
import * as messages from "../messages/wizard.js";
import { deployDateProblem } from "../plan/eras.js";
import { allDatabases } from "../project/all-databases.js";
import type { Connection } from "../project/connection.js";
import { hasUnknownFiles, isKnownLocally, looksUsed } from "../project/local-state.js";
import { findStateFolder } from "../project/state-folder.js";
import {
  databaseIdAt,
  isCalled,
  isReachable,
  type Location,
  notFound,
  type Target,
  withId,
} from "../project/targets.js";
import type { Option, Prompter } from "../prompts/prompter.js";
import type { Question } from "../prompts/renderer.js";
import type { Request } from "../run/request.js";
import { typedPath } from "./typed-path.js";
import type { Project } from "./ui.js";

/** What the wizard knows so far; null is still to be asked. */
interface Answers {
  deployed: string | null;
  location: Location | null;
  /** The local state folder, if it is not beside the config. */
  persistTo: string | null;
  target: Target | null;
  /** Every database, one after the other, instead of one. */
  all: boolean;
}

/** How a step ended: the user was asked, no question was needed, or the user wants the previous question. */
type Step = "asked" | "known" | "back";

/** The wizard's questions for selecting a database, in order, without those that the flags have answered. */
export class Questions {
  private readonly prompter: Prompter;
  private readonly request: Request;
  private readonly dateKnown: boolean;
  private readonly answers: Answers;
  /** The indexes of the steps that asked a question, for going back. */
  private readonly asked: number[] = [];
  /** What has been shown as answered, so that it is shown only once. */
  private readonly shown = new Set<string>();

  /** @param dateKnown whether the deploy date was asked for before */
  constructor(prompter: Prompter, request: Request, dateKnown = false) {
    this.prompter = prompter;
    this.request = request;
    this.dateKnown = dateKnown;
    const { deployed, location, persistTo } = request;
    this.answers = { deployed, location, persistTo, target: null, all: false };
  }

  /** The deploy date, given by flag or as an answer. */
  get deployed(): string | null {
    return this.answers.deployed;
  }

  private get setsUp(): boolean {
    return this.request.command === "setup";
  }

  /** Whether there is a question to go back to. */
  get canGoBack(): boolean {
    return this.asked.length > 0;
  }

  /**
   * Asks which database, going back as often as the user wants.
   * @param goBack whether to start with the question that was asked last
   * @param begin called with the database as soon as it is certain, even if questions are left
   * @returns null for all of them
   * @throws {Problem} when no database fits
   * @throws {Cancelled}
   */
  async choose(
    { configs, targets }: Project,
    goBack: boolean,
    begin: (connection: Connection) => void,
  ): Promise<Connection | null> {
    const { request, answers } = this;
    const fitting = targets.filter(
      // With `--env` only that environment; without it the wizard offers them all.
      (t) => (request.env === null || t.env === request.env) && isCalled(t, request.binding),
    );
    if (fitting.length === 0) throw configs.broken[0]?.problem ?? notFound(configs, targets, request);
    const certain = this.certain(fitting);
    if (certain !== null) begin(certain);
    const all = request.command === "upgrade" ? allDatabases(fitting, request).databases.length : 0;
    const steps = [
      () => this.askDeployed(),
      () => this.askLocation(fitting, all),
      () => this.askTarget(fitting),
    ];
    for (let at = goBack ? (this.asked.pop() ?? 0) : 0; at < steps.length; ) {
      const step = (await steps[at]?.()) ?? "known";
      if (step === "asked") this.asked.push(at);
      if (answers.all) return null;
      at = step === "back" ? (this.asked.pop() ?? 0) : at + 1;
    }
    const { location, target } = answers;
    if (location === null || target === null) throw new Error("a question was left out");
    if (certain?.target === target) return certain;
    return { target, location, persistTo: answers.persistTo, account: null };
  }

  /**
   * Asks which copy of the database.
   * @throws {Cancelled}
   */
  async location(targets: Target[]): Promise<Pick<Connection, "location" | "persistTo">> {
    await this.askLocation(targets);
    const { location, persistTo } = this.answers;
    return { location: location ?? "local", persistTo };
  }

  /**
   * Asks which of several databases.
   * @throws {Problem} when none fits
   * @throws {Cancelled}
   */
  async target(targets: Target[], location: Location): Promise<Target> {
    this.answers.location = location;
    await this.askTarget(targets);
    if (this.answers.target === null) throw new Error("a question was left out");
    return this.answers.target;
  }

  /** Returns the database if the flags and the configs leave only one. */
  private certain(fitting: Target[]): Connection | null {
    const { location, persistTo } = this.request;
    if (location === null) return null;
    const [only, more] = fitting.filter((t) => databaseIdAt(t, location) !== null);
    if (only === undefined || more !== undefined || only.hidden) return null;
    return { target: only, location, persistTo, account: null };
  }

  private async askDeployed(): Promise<Step> {
    const { request, answers } = this;
    if (request.command !== "upgrade" || this.dateKnown) return "known";
    const { question, answers: texts } = messages.deployDate;
    if (request.deployed !== null) return this.showAnswered(question.message, request.deployed, "--deployed");
    for (;;) {
      const known = await this.select(question, [
        { value: false, ...texts.detect },
        { value: true, ...texts.know },
      ]);
      if (known === "back") return "back";
      const day = known ? await this.askDay() : null;
      if (day === "back") continue;
      answers.deployed = day;
      return "asked";
    }
  }

  private async askDay(): Promise<string | "back" | null> {
    const today = new Date().toISOString().slice(0, 10);
    const wrong = (text: string) => (isBack(text) ? null : deployDateProblem(text, today));
    const text = await this.prompter.text(
      messages.deployDay,
      { value: "", shown: messages.deployDayForm },
      wrong,
    );
    if (isBack(text)) return "back";
    return text === "" ? null : text;
  }

  /** @param all how many databases there are in all places; if several, upgrading all of them is offered */
  private async askLocation(targets: Target[], all = 0): Promise<Step> {
    const { request, answers } = this;
    const question = messages.whichLocation(this.setsUp);
    if (request.location !== null)
      return this.showAnswered(question.message, request.location, `--${request.location}`);
    const options = this.locations(targets, all);
    for (;;) {
      const location = await this.select(question, options);
      if (location === "back") return "back";
      const folder = location === "folder" ? await this.askFolder() : null;
      if (folder === "back") continue;
      answers.all = location === "all";
      if (location === "all") return "asked";
      answers.location = location === "folder" ? "local" : location;
      answers.persistTo = folder;
      return "asked";
    }
  }

  /** The answers to which copy; the first is the recommended one. */
  private locations(targets: Target[], all: number): Option<Location | "all" | "folder">[] {
    const { persistTo } = this.request;
    const known = targets.map((t) => isKnownLocally(t, persistTo));
    const existing = targets.filter((_, i) => known[i]);
    const used = existing.filter((t) => looksUsed(t, persistTo));
    const there = used.length > 0 ? used : existing;
    const isThere = there.length > 0 || (known.includes(null) ? null : false);
    const namesOf = (list: Target[]) => [...new Set(list.map(nameOf))].join(", ");
    const namesAt = (location: Location) => namesOf(targets.filter((t) => isReachable(t, location)));
    const options: Option<Location | "all" | "folder">[] = [
      { value: "remote", ...messages.remoteAnswer(namesAt("remote"), this.setsUp) },
      { value: "local", ...messages.localAnswer(isThere, namesOf(there)) },
    ];
    // An empty copy, such as wrangler creates by mistake, is no reason to recommend the local database.
    if (used.length > 0) options.reverse();
    if (targets.some((t) => isReachable(t, "preview")))
      options.push({ value: "preview", ...messages.previewAnswer(namesAt("preview")) });
    if (all > 1) options.push({ value: "all", ...allMessages.question.answer(all) });
    options.push({ value: "folder", ...messages.folderAnswer });
    return options;
  }

  /** Asks for the state folder of a container. */
  private async askFolder(): Promise<string> {
    const { cwd } = this.request;
    const wrong = (text: string) => (isBack(text) ? null : whyNoState(typedPath(text, cwd), this.setsUp));
    const text = await this.prompter.text(messages.whichFolder, { value: "data", shown: "data" }, wrong);
    return isBack(text) ? "back" : findStateFolder(typedPath(text, cwd)).path;
  }

  private async askTarget(targets: Target[]): Promise<Step> {
    const { answers, request } = this;
    const { persistTo } = answers;
    const location = answers.location ?? "local";
    const hasData = (t: Target) => location !== "local" || isKnownLocally(t, persistTo) !== false;
    const bound = targets.filter((t) => isReachable(t, location));
    // In a container's folder, only a database that it contains can be meant.
    const inFolder = persistTo === null ? [] : bound.filter(hasData);
    const reachable = inFolder.length > 0 ? inFolder : bound;
    if (reachable.length <= 1) {
      const only = reachable[0] ?? targets[0];
      if (only === undefined) throw new Error("a database was asked for where there is none");
      answers.target = withId(only, location);
      return this.showAnswered(
        messages.whichDatabase.message,
        only.unbound ? nameOf(only) : messages.inConfig(nameOf(only), only.config),
        request.binding === null ? null : "--binding",
      );
    }
    const seen = reachable.map((target) => {
      const used = location === "local" && looksUsed(target, persistTo);
      return { target, used, exists: hasData(target) };
    });
    const rank = ({ used, exists }: { used: boolean; exists: boolean }) => Number(used) + Number(exists);
    const options = seen
      .sort((a, b) => rank(b) - rank(a))
      .map(({ target, used, exists }) => ({
        value: target,
        label: nameOf(target),
        hint: visibleText(messages.databaseHint({ ...target, used, exists })),
      }));
    const target = await this.select(messages.whichDatabase, options);
    if (target === "back") return "back";
    answers.target = withId(target, location);
    return "asked";
  }

  /** @param flag null if there was only one possible answer */
  private showAnswered(question: string, answer: string, flag: string | null): Step {
    const text = `${answer} (${flag === null ? messages.onlyOne : messages.fromFlag(flag)})`;
    if (!this.shown.has(question + text)) this.prompter.answered(question, text);
    this.shown.add(question + text);
    return "known";
  }

  private async select<T>(question: Question, options: Option<T>[]): Promise<T | "back"> {
    const way: Option<T | "back">[] = this.canGoBack ? [{ value: "back", ...messages.back }] : [];
    return await this.prompter.select<T | "back">(question, [...options, ...way]);
  }
}

/**
 * Returns why a folder cannot be a container's state; null if it can.
 * @param mayBeNew whether its database may not exist yet
 */
function whyNoState(folder: string, mayBeNew: boolean): string | null {
  try {
    const { path, databases } = findStateFolder(folder);
    const has = databases.length > 0 || hasUnknownFiles(path);
    return has || mayBeNew ? null : messages.noDatabaseIn(folder, existsSync(folder));
  } catch (problem) {
    if (problem instanceof Problem) return `${problem.message} ${problem.advice}`;
    throw problem;
  }
}

/** Whether the answer to a text question means going back. */
export function isBack(text: string): boolean {
  return /^b(ack)?$/i.test(text);
}

function nameOf(target: Target): string {
  return visibleText(target.database ?? target.binding);
}
