import { closeSync } from "node:fs";
import { isatty } from "node:tty";
import type { Program } from "../flow/program.js";
import { unattendedUi } from "../flow/unattended-ui.js";
import { upgrade } from "../flow/upgrade.js";
import { runsInCi } from "../lib/ci.js";
import type { Interruption } from "../lib/interruption.js";
import { resultIsShown } from "../run/record.js";
import type { Request } from "../run/request.js";
import { exitCodeOfResult, type Result } from "../run/result.js";
import { showResult } from "./show.js";

/**
 * `kv-manager-upgrade`, `status` and `setup`: the wizard if the user can be asked, otherwise the unattended run.
 * @returns the exit code
 */
export async function upgradeCommand(program: Program): Promise<number> {
  const { request, context } = program;
  const mayAsk = canAsk(request, context.env);
  if (mayAsk) leaveWithTerminal(context.interruption);
  if (mayAsk && isGuided(request)) {
    const { wizard } = await import("../flow/wizard.js");
    return await wizard(program);
  }
  if (request.all) {
    const { allCommand } = await import("./all.js");
    return await allCommand(program);
  }
  return await showRun(program, await runUnattended(program, mayAsk));
}

/** @param mayAsk whether the user can be asked for what the flags leave open */
async function runUnattended(program: Program, mayAsk: boolean): Promise<Result> {
  const { request, context } = program;
  let ui = unattendedUi(program);
  if (mayAsk) {
    const { askMissing } = await import("../flow/ask-missing.js");
    ui = { ...ui, choose: (project) => askMissing(project, program) };
  }
  // Soon after wrangler has started: then there is time for it.
  const load = () => void Promise.all([import("../screen/summary.js"), import("../report/last-failure.js")]);
  const loading = setTimeout(load, 300).unref();
  const result = await upgrade(request, ui, context);
  clearTimeout(loading);
  // It ends while the result is shown.
  void context.engines.closeAll();
  return result;
}

/**
 * Shows a run of one database that has ended, as text or as JSON.
 * @returns the exit code
 */
export async function showRun(program: Program, result: Result): Promise<number> {
  const { request, output, json } = program;
  if (!json && (result.problem === null || result.outcome === "conflict")) {
    output.result(await textOf(result, program));
    if (result.problem === null) resultIsShown(exitCodeOfResult(result));
  }
  return await showResult(program, result, request.cwd);
}

/** The result as text and tables. What makes them is loaded only now, or while wrangler was working. */
async function textOf(result: Result, { request, style }: Program): Promise<string> {
  if (request.snapshot === null) {
    const { summary } = await import("../screen/summary.js");
    return summary(result, request, style);
  }
  const { snapshotSummary } = await import("../saved-schema/snapshot-summary.js");
  return snapshotSummary(result, request, style);
}

/** Whether somebody is there to answer. */
function canAsk({ json }: Request, env: NodeJS.ProcessEnv): boolean {
  return !json && !runsInCi(env) && process.stdout.isTTY && process.stdin.isTTY;
}

/** Whether the wizard leads through the whole run. Otherwise only what the flags leave open is asked. */
function isGuided({ command, yes, dryRun }: Request): boolean {
  return command !== "status" && !yes && !dryRun;
}

/** Whatever uses a closed terminal next fails. That is the user leaving, not a crash. */
function leaveWithTerminal(interruption: Interruption): void {
  // When it exits, Node restores the settings of each terminal, and aborts if that fails. It skips those we closed.
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.once("exit", () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
  process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
    if (error.code === "EIO") interruption.request();
  });
}
