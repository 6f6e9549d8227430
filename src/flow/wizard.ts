import * as clack from "@clack/prompts";
import { execa } from "execa";
import type { Request } from "../command-line/request.js";
import { printable } from "../printable.js";
import { Problem } from "../problem.js";
import { installCommand } from "../project/package-manager.js";
import { findWrangler, wranglerFolders } from "../project/wrangler-package.js";
import type { Tool } from "../screen/document.js";
import type { Output } from "../screen/output.js";
import {
  closingSentence,
  connectionLine,
  differenceTree,
  sqlText,
  verificationTable,
} from "../screen/parts.js";
import { withProgress } from "../screen/progress.js";
import { makeStyle, type Style } from "../screen/style.js";
import { deployedLines, nextSteps, problemText } from "../screen/summary.js";
import { wrap } from "../screen/wrap.js";
import { commandFor } from "./again.js";
import { Questions } from "./questions.js";
import { exitCodeOfResult, type Result } from "./result.js";
import { pause } from "./unattended.js";
import { type Face, upgrade, type World } from "./upgrade.js";

/**
 * The guided upgrade in a terminal.
 * @returns the exit code
 */
export async function wizard(request: Request, output: Output, world: World, tool: Tool): Promise<number> {
  const startedIn = process.cwd();
  const style = makeStyle(process.stdout, world.env, request.color);
  const say = (text: string) => {
    if (text !== "") output.result(`\n${text}`);
  };
  clack.intro(output.clean(`${style.bold(tool.name)} ${tool.version}  ${style.dim(request.cwd)}`));
  const face = wizardFace(request, output, world, style, say);
  const result = await upgrade(request, face, world);
  if (result.applied === true) {
    say(verificationTable(result.checks, style));
    for (const difference of result.differences) say(wrap(`Note: ${difference}`, style.width));
  }
  if (result.problem === null) {
    say(style.bold(wrap(closingSentence(result), style.width)));
    say(nextSteps(result, request, startedIn, style));
    if (result.applied === true && result.connection !== null) {
      const again = commandFor(result.setsUp ? "setup" : "", result.connection, request, startedIn);
      say(`${wrap("The same without questions, for a script:", style.width)}\n  ${again}`);
    }
  } else output.note(`\n${problemText(result.problem, result, style)}`);
  return exitCodeOfResult(result);
}

function wizardFace(
  request: Request,
  output: Output,
  world: World,
  style: Style,
  say: (text: string) => void,
): Face {
  const questions = new Questions(world.interruption);
  const still = process.env.TERM === "dumb";
  let deployed = request.deployed;
  return {
    async choose(project) {
      for (const { problem } of project.configs.broken) clack.log.warn(output.clean(problem.message));
      const chosen = await questions.choose(project, request, request.command === "upgrade");
      deployed = chosen.deployed;
      return chosen.connection;
    },

    async locateWrangler({ target }) {
      const folders = wranglerFolders(target.configPath, request.cwd);
      try {
        return findWrangler(folders, world.env.PATH ?? "");
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.code !== "WRANGLER_NOT_FOUND") throw problem;
        const [folder = request.cwd] = folders;
        const [command = "npm", ...args] = installCommand(folder);
        clack.log.warn(problem.message);
        if (!(await questions.confirm(`Run "${[command, ...args].join(" ")}" now?`, true))) throw problem;
        await execa(command, args, {
          cwd: folder,
          stdio: "inherit",
          reject: false,
        });
        return findWrangler(folders, world.env.PATH ?? "");
      }
    },

    async during(what, work) {
      const text =
        what === "inspecting" ? "Reading the schema …" : "Adding what is missing, then reading it back …";
      return await withProgress(text, work, process.stdout, output, still);
    },

    preview(result) {
      if (result.connection !== null) say(style.bold(wrap(connectionLine(result.connection), style.width)));
      for (const line of deployedLines(result, deployed)) output.result(wrap(line, style.width));
      say(differenceTree(result.checks, style));
      for (const difference of result.differences) say(wrap(`Note: ${difference}`, style.width));
      if (result.statements.length > 0) say(sqlText(result.statements, style));
      output.result("");
    },

    async consents(result) {
      const { location, target } = result.connection ?? {};
      output.result(wrap(recap(result), style.width));
      const name = printable(target?.database ?? target?.binding ?? "");
      return await questions.confirm(`Apply this to the ${location} database ${name}?`, location === "local");
    },

    async wantsSetup() {
      return await questions.confirm(
        "This database is empty: it needs no migration, but a first set-up. Set it up now?",
        true,
      );
    },

    finishing: () => output.note("\nFinishing the write first; the program ends after it."),

    async wait(seconds, failure) {
      output.note(wrap(`\n${failure.message} Trying again in ${seconds} s …`, style.width));
      await pause(seconds, world.interruption);
    },
  };
}

/** What changes and what does not, before the question. */
function recap(result: Result): string {
  const n = result.statements.length;
  return [
    `${n} statement${n === 1 ? "" : "s"}, in one step: all of it or nothing.`,
    "No row is changed, KV Manager stays up, running jobs go on.",
    "",
  ].join("\n");
}
