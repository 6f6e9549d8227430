import { parseRequest, type Request } from "./command-line/request.js";
import { ownCommand } from "./command-line/self.js";
import { WranglerFailure } from "./database/failures.js";
import { Interruption } from "./database/interruption.js";
import type { WranglerTrace } from "./database/wrangler.js";
import type { Face } from "./flow/face.js";
import { blankResult, exitCodeOfResult, type Result } from "./flow/result.js";
import { unattendedFace } from "./flow/unattended.js";
import { upgrade, type World } from "./flow/upgrade.js";
import { Problem } from "./problem.js";
import { jsonDocument, type Tool } from "./screen/document.js";
import { Output } from "./screen/output.js";
import { makeRedact } from "./screen/redact.js";
import { makeStyle } from "./screen/style.js";
import { problemText, summary } from "./screen/summary.js";

/**
 * Runs the program.
 * @param argv the words after the program's name
 * @param tool its own name and version
 * @returns the exit code
 */
export async function main(argv: string[], tool: Tool): Promise<number> {
  const { env, stdin, stdout, stderr } = process;
  const startedIn = process.cwd();
  const self = ownCommand(process.argv[1] ?? tool.name, env, startedIn);
  const revealed = new Set<string>();
  const output = new Output({ stdout, stderr, redact: makeRedact(env, revealed), revealed, self });
  const wantsColor = !argv.includes("--no-color");
  const wantsJson = argv.includes("--json");
  const errorStyle = makeStyle(stderr, env, wantsColor && !wantsJson);

  let request: Request;
  try {
    request = parseRequest(argv, startedIn, new Date().toISOString().slice(0, 10));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const result: Result = { ...blankResult(), problem };
    if (wantsJson) output.document(jsonDocument(result, tool, startedIn));
    output.note(problemText(problem, result, errorStyle));
    return exitCodeOfResult(result);
  }

  const interruption = new Interruption();
  const trace = (t: WranglerTrace) => {
    if (request.debug) output.note(errorStyle.dim(traceText(t)));
  };
  const world: World = { env, interruption, trace };
  interruption.listen();
  try {
    const mayAsk = stdin.isTTY && stdout.isTTY && !env.CI && !request.json;
    if (mayAsk && guides(request)) {
      const { wizard } = await import("./flow/wizard.js");
      return await wizard(request, output, world, tool);
    }
    let face = unattendedFace(request, output, interruption, env);
    if (mayAsk) {
      const { Questions } = await import("./flow/questions.js");
      const questions = new Questions(interruption);
      const choose: Face["choose"] = async (project) =>
        (await questions.choose(project, request, false)).connection;
      face = { ...face, choose };
    }
    const result = await upgrade(request, face, world);
    if (result.problem instanceof WranglerFailure) output.reveal(result.problem.accounts.map((a) => a.id));
    for (const note of result.notes) output.note(`Note: ${note}`);
    if (request.json) output.document(jsonDocument(result, tool, request.cwd));
    else {
      const style = makeStyle(stdout, env, request.color);
      if (result.problem === null || result.outcome === "conflict")
        output.result(summary(result, request, style, startedIn));
    }
    if (result.problem !== null) output.note(problemText(result.problem, result, errorStyle));
    return exitCodeOfResult(result);
  } finally {
    interruption.stop();
  }
}

/** Whether the whole way is guided. Otherwise, in a terminal, only what the flags leave open is asked. */
function guides(request: Request): boolean {
  return request.command !== "status" && !request.yes && !request.dryRun;
}

function traceText({ args, exitCode, milliseconds, stdout, stderr }: WranglerTrace): string {
  const words = args.map((arg) => (arg.includes("\n") || arg.includes(" ") ? JSON.stringify(arg) : arg));
  return [
    `wrangler ${words.join(" ")}`,
    `ended with ${exitCode ?? "no exit code"} after ${milliseconds} ms`,
    ...[stdout, stderr].map((text) => text.trim()).filter(Boolean),
  ].join("\n");
}
