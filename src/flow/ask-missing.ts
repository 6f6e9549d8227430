import type { Request } from "../command-line/request.js";
import type { Connection } from "../database/arguments.js";
import { Problem } from "../problem.js";
import { chooseTarget, fittingTargets } from "../project/targets.js";
import type { Project } from "./face.js";
import type { Questions } from "./questions.js";

/**
 * Chooses as an unattended run does, and asks only what the flags leave open: for `status`, `--dry-run` and
 * `--yes` in a terminal. What a script would be refused is refused here too.
 * @throws {Problem} as `chooseTarget`, but for an ambiguity, which is asked
 * @throws {Cancelled}
 */
export async function askMissing(
  { configs, targets }: Project,
  request: Request,
  questions: Questions,
): Promise<Connection> {
  const fitting = fittingTargets(targets, request);
  const location = request.location ?? (await questions.location(fitting, request));
  const rest = { location, persistTo: request.persistTo, account: null };
  try {
    const wish = { binding: request.binding, env: request.env, location };
    return { target: chooseTarget(configs, targets, wish), ...rest };
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "BINDING_AMBIGUOUS") throw problem;
    return { target: await questions.target(fitting, location, request), ...rest };
  }
}
