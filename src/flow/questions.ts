import * as clack from "@clack/prompts";
import { type Request, whyNoDay } from "../command-line/request.js";
import type { Connection } from "../database/arguments.js";
import type { Interruption } from "../database/interruption.js";
import { printable } from "../printable.js";
import { Cancelled, Problem } from "../problem.js";
import { existsLocally } from "../project/local-state.js";
import { isCalled, isReachable, type Location, type Target, withId } from "../project/targets.js";
import type { Project } from "./face.js";

/** What the wizard has found out so far; null where it still has to ask. */
interface Answers {
  deployed: string | null;
  location: Location | null;
  target: Target | null;
}

/** Answered instead of a value when the user wants the question before. */
const back = Symbol("back");
const dontKnow = "";

/** Asks the wizard's questions. Every prompt can be left with Esc or Ctrl-C, which throws Cancelled. */
export class Questions {
  private readonly interruption: Interruption;

  constructor(interruption: Interruption) {
    this.interruption = interruption;
  }

  /**
   * Asks which database, as far as the flags have not said it, going back as often as the user wants.
   * @returns the connection, and the deploy date if one was given
   * @throws {Problem} when no database fits
   * @throws {Cancelled}
   */
  async choose(
    { targets }: Project,
    request: Request,
    asksDate: boolean,
  ): Promise<{ connection: Connection; deployed: string | null }> {
    const answers: Answers = {
      deployed: request.deployed,
      location: request.location,
      target: null,
    };
    const fitting = targets.filter(
      // With `--env` only that environment; without it the wizard offers them all.
      (t) => (request.env === null || t.env === request.env) && isCalled(t, request.binding),
    );
    const steps = [
      asksDate && request.deployed === null ? () => this.askDeployed(answers) : null,
      request.location === null
        ? (first: boolean) => this.askLocation(answers, fitting, request, first)
        : null,
      (first: boolean) => this.askTarget(answers, fitting, request, first),
    ].filter((step) => step !== null);
    for (let at = 0; at < steps.length; ) at += (await steps[at]?.(at === 0)) === back ? -1 : 1;
    const { location, target, deployed } = answers;
    if (location === null || target === null) throw new Error("a question was left out");
    return {
      connection: { target, location, persistTo: request.persistTo, account: null },
      deployed,
    };
  }

  /**
   * Which copy of the database.
   * @throws {Cancelled}
   */
  async location(targets: Target[], request: Request): Promise<Location> {
    const answers: Answers = { deployed: null, location: null, target: null };
    await this.askLocation(answers, targets, request, true);
    return answers.location ?? "local";
  }

  /**
   * Which of several databases.
   * @throws {Problem} when none fits
   * @throws {Cancelled}
   */
  async target(targets: Target[], location: Location, request: Request): Promise<Target> {
    const answers: Answers = { deployed: null, location, target: null };
    await this.askTarget(answers, targets, request, true);
    if (answers.target === null) throw new Cancelled();
    return answers.target;
  }

  /** A yes or no. */
  async confirm(message: string, initialValue: boolean): Promise<boolean> {
    return await this.answer(clack.confirm({ message, initialValue, ...this.common() }));
  }

  /** One of several, or none of them (null), which is preselected. */
  async pick<T>(message: string, options: Option<T>[]): Promise<T | null> {
    const none = { value: null, label: "None of these", hint: "leave" };
    const chosen = await this.select<T | null>(message, [none, ...options]);
    return chosen === back ? null : chosen;
  }

  private async askDeployed(answers: Answers): Promise<void> {
    const known = await this.select("When was this KV Manager first deployed?", [
      {
        value: false,
        label: "Find out from the database",
        hint: "recommended",
      },
      {
        value: true,
        label: "I know the date",
        hint: "shown beside what the database says",
      },
    ]);
    answers.deployed = known === true ? await this.askDay() : null;
  }

  private async askDay(): Promise<string | null> {
    const today = new Date().toISOString().slice(0, 10);
    const day = await this.answer(
      clack.text({
        message: "The day of the first deployment, or Enter if you do not know it",
        placeholder: "YYYY-MM-DD",
        defaultValue: dontKnow,
        validate: (value) => (value ? (whyNoDay(value, today) ?? undefined) : undefined),
        ...this.common(),
      }),
    );
    return day === dontKnow ? null : day;
  }

  private async askLocation(
    answers: Answers,
    targets: Target[],
    request: Request,
    first: boolean,
  ): Promise<typeof back | undefined> {
    const here = targets.some((t) => existsLocally(t, request.persistTo));
    const options: Option<Location>[] = [
      {
        value: "remote",
        label: "Remote",
        hint: "the deployed database, your production data",
      },
      {
        value: "local",
        label: "Local",
        hint: here ? "the one that wrangler dev uses" : "not created yet",
      },
    ];
    if (here) options.reverse();
    if (targets.some((t) => t.previewDatabaseId !== null))
      options.push({
        value: "preview",
        label: "Preview",
        hint: "the preview database",
      });
    const location = await this.select("Which copy of the database?", options, first);
    if (location === back) return back;
    answers.location = location;
    return undefined;
  }

  private async askTarget(
    answers: Answers,
    targets: Target[],
    request: Request,
    first: boolean,
  ): Promise<typeof back | undefined> {
    const location = answers.location ?? "local";
    const reachable = targets.filter((t) => isReachable(t, location));
    const [only] = targets;
    if (only === undefined)
      throw new Problem(
        "BINDING_NOT_FOUND",
        "No D1 database that fits is bound in the Wrangler configs here.",
        "Add KV Manager's database under d1_databases in the config, or name another folder with --cwd DIR.",
      );
    if (reachable.length <= 1) {
      answers.target = withId(reachable[0] ?? only, location);
      return undefined;
    }
    const hasData = (t: Target) => location !== "local" || existsLocally(t, request.persistTo);
    const sorted = [...reachable].sort((a, b) => Number(hasData(b)) - Number(hasData(a)));
    const options = sorted.map((target) => ({
      value: target,
      label: printable(target.database ?? target.binding),
      hint: hintOf(target, hasData(target)),
    }));
    const target = await this.select("Which database?", options, first);
    if (target === back) return back;
    answers.target = withId(target, location);
    return undefined;
  }

  private async select<T>(message: string, options: Option<T>[], first = true): Promise<T | typeof back> {
    const all = first ? options : [...options, { value: back, label: "Back", hint: "the question before" }];
    // Chosen by its number, since clack tells values apart from a cancelled prompt by their type.
    const numbered = all.map(({ label, hint }, value) => ({
      value,
      label,
      hint,
    }));
    const chosen = await this.answer(clack.select({ message, options: numbered, ...this.common() }));
    return options[chosen] === undefined ? back : options[chosen].value;
  }

  /**
   * Turns a cancelled prompt into Cancelled before anybody looks at its truth. So is one that would never end:
   * with its terminal gone, or after Ctrl-D.
   */
  private async answer<T>(prompt: Promise<T>): Promise<Exclude<T, symbol>> {
    const { interruption } = this;
    const leave = () => interruption.request();
    const gone = new Promise<symbol>((resolve) =>
      interruption.signal?.addEventListener("abort", () => resolve(back), { once: true }),
    );
    for (const event of ["end", "close", "error"]) process.stdin.once(event, leave);
    process.once("beforeExit", leave);
    try {
      const value = await Promise.race([prompt, gone]);
      if (clack.isCancel(value) || interruption.requested) throw new Cancelled();
      return value as Exclude<T, symbol>;
    } finally {
      for (const event of ["end", "close", "error"]) process.stdin.off(event, leave);
      process.off("beforeExit", leave);
    }
  }

  private common() {
    const { signal } = this.interruption;
    return signal === null ? {} : { signal };
  }
}

/** An answer to choose. */
export interface Option<T> {
  value: T;
  label: string;
  hint: string;
}

function hintOf(target: Target, hasData: boolean): string {
  const env = target.env === null ? "" : `, environment ${target.env}`;
  const data = hasData ? "" : ", not created yet";
  return printable(`binding ${target.binding} in ${target.config}${env}${data}`);
}
