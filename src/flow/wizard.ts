import * as clack from "@clack/prompts";
import { commandFor } from "../command-line/again.js";
import type { Request } from "../command-line/request.js";
import type { Connection } from "../database/arguments.js";
import { runInTerminal } from "../database/process.js";
import { Problem } from "../problem.js";
import { installCommand } from "../project/package-manager.js";
import { findWrangler, wranglerFolders } from "../project/wrangler-package.js";
import { exitCodeOfResult, type Result } from "../result.js";
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
import type { Face, Work } from "./face.js";
import { Questions } from "./questions.js";
import { recovery } from "./recovery.js";
import { placementAsked } from "./setup-questions.js";
import { upgrade, type World } from "./upgrade.js";

/**
 * The guided upgrade in a terminal.
 * @returns the exit code
 */
export async function wizard(request: Request, output: Output, world: World, tool: Tool): Promise<number> {
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
    say(nextSteps(result, request, style));
    if (result.applied === true && result.connection !== null) {
      const again = commandFor(result.setsUp ? "setup" : "", result.connection, request.cwd, true);
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
    asks: true,
    recover: recovery(questions, output, style),

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
        await runInTerminal(command, args, folder);
        return findWrangler(folders, world.env.PATH ?? "");
      }
    },

    async during(work, _connection, run) {
      return await withProgress(doing[work], run, process.stdout, output, still);
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
      output.result(wrap(recap(result, request), style.width));
      const { connection } = result;
      if (connection === null) return false;
      const question = output.clean(`Apply this to the ${whichDatabase(connection, world.env)}?`);
      return await questions.confirm(question, connection.location === "local");
    },

    async goesOnWithoutRestorePoint(why) {
      output.note(wrap(`There is no restore point to go back to. ${why}`, style.width));
      return await questions.confirm("Go on without a way back?", false);
    },

    async wantsSetup() {
      return await questions.confirm(
        "This database is empty: it needs no migration, but a first set-up. Set it up now?",
        true,
      );
    },

    async agrees(step) {
      output.note(wrap(`\n${step.about}`, style.width));
      return await questions.confirm(output.clean(step.question), true);
    },
    placement: () => placementAsked(questions, request),
    tells: (text) => output.note(wrap(text, style.width)),

    finishing: () => output.note("\nFinishing the write first; the program ends after it."),

    async wait(seconds, why) {
      output.note(wrap(`\n${why} Trying again in ${seconds} s …`, style.width));
      await world.interruption.pause(seconds);
    },
  };
}

const doing: Record<Work, string> = {
  inspecting: "Reading the schema …",
  "restore-point": "Reading the restore point …",
  backup: "Exporting the database first …",
  listing: "Asking the account for its databases …",
  creating: "Creating the database …",
  applying: "Adding what is missing, then reading it back …",
};

/** What changes and what does not, before the question. */
function recap({ statements: { length: n }, connection }: Result, { backup }: Request): string {
  const { location } = connection ?? {};
  return [
    `${n} statement${n === 1 ? "" : "s"}, in one step: all of it or nothing.`,
    "No row is changed, KV Manager stays up, running jobs go on.",
    location === "remote" ? "Just before it a restore point is read: the way back." : "",
    location === "preview" ? "A preview database has no restore point." : "",
    backup === null ? "" : "An export comes first; while it lasts, the database answers nothing else.",
  ]
    .filter(Boolean)
    .join("\n")
    .concat("\n");
}

/** The database with its account, where that is known: what is asked about must be plain. */
function whichDatabase(connection: Connection, env: NodeJS.ProcessEnv): string {
  const { target, location, account } = connection;
  const id = account?.id ?? target.accountId ?? env.CLOUDFLARE_ACCOUNT_ID;
  const known = account?.name ?? id;
  const of = known === undefined || location === "local" ? "" : `, account ${known}`;
  return `${location} database ${target.database ?? target.binding} (binding ${target.binding} in ${target.config}${of})`;
}
