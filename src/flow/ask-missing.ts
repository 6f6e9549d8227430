import { Problem } from "../lib/problem.js";
import type { Connection } from "../project/connection.js";
import { chooseTarget, fittingTargets } from "../project/targets.js";
import { isPlain, makePrompter } from "../prompts/make-prompter.js";
import type { Program } from "./program.js";
import { Questions } from "./questions.js";
import type { Project } from "./ui.js";

/**
 * Chooses the database as an unattended run does, and asks only what the flags leave open: for `status`, `--dry-run`
 * and `--yes` in a terminal. What would be refused in a script is refused here too.
 * @throws {Problem} as `chooseTarget`, except for an ambiguity, which leads to a question
 * @throws {Cancelled}
 */
export async function askMissing(
  { configs, targets }: Project,
  { request, output, style, context: { env, interruption } }: Program,
): Promise<Connection> {
  const prompter = await makePrompter(isPlain(request.plain, env), output, style, interruption);
  const questions = new Questions(prompter, request);
  const fitting = fittingTargets(targets, request);
  try {
    const { persistTo } = request;
    const where =
      request.location === null
        ? await questions.location(fitting)
        : { location: request.location, persistTo };
    const rest = { ...where, account: null };
    const { location } = where;
    try {
      const wish = { binding: request.binding, env: request.env, location };
      return { target: chooseTarget(configs, targets, wish), ...rest };
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "BINDING_AMBIGUOUS") throw problem;
      return { target: await questions.target(fitting, location), ...rest };
    }
  } finally {
    prompter.close();
  }
}
