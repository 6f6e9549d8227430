import { stripVTControlCharacters } from "node:util";
import { parseRequest, type Request } from "./command-line/request.js";
import { ownCommand } from "./command-line/self.js";
import { WranglerFailure } from "./database/failures.js";
import { Interruption } from "./database/interruption.js";
import type { WranglerTrace } from "./database/wrangler.js";
import { unattendedFace } from "./flow/unattended.js";
import { upgrade, type World } from "./flow/upgrade.js";
import { Problem } from "./problem.js";
import { blankResult, exitCodeOfResult, type Result } from "./result.js";
import { jsonDocument, type Tool } from "./screen/document.js";
import { Output } from "./screen/output.js";
import { makeRedact } from "./screen/redact.js";
import { makeStyle, type Style, speaksUnicode } from "./screen/style.js";
import { problemText, summary } from "./screen/summary.js";

/**
 * Runs the program.
 * @param argv the words after the program's name
 * @param tool its own name and version
 * @returns the exit code
 */
export async function main(argv: string[], tool: Tool): Promise<number> {
  const { env, stdout, stderr } = process;
  const revealed = new Set<string>();
  const redact = makeRedact(env, revealed);
  const self = ownCommand(process.argv[1] ?? tool.name, env, process.cwd());
  const output = new Output({ stdout, stderr, redact, revealed, self, unicode: speaksUnicode(env) });
  const json = argv.includes("--json");
  const errorStyle = makeStyle(stderr, env, !argv.includes("--no-color") && !json);
  const interruption = new Interruption();
  let request: Request;
  try {
    request = parseRequest(argv, process.cwd(), new Date().toISOString().slice(0, 10));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return show({ ...blankResult(), problem: error }, output, tool, json, errorStyle);
  }
  const trace = (t: WranglerTrace) => {
    if (request.debug) output.note(errorStyle.dim(traceText(t)));
  };
  interruption.listen();
  try {
    return await run(request, { env, interruption, trace }, output, tool, errorStyle);
  } finally {
    interruption.stop();
  }
}

/** The wizard where a person may be asked, else the unattended run. */
async function run(
  request: Request,
  world: World,
  output: Output,
  tool: Tool,
  errorStyle: Style,
): Promise<number> {
  const { env, interruption } = world;
  const mayAsk = process.stdin.isTTY && process.stdout.isTTY && !env.CI && !request.json;
  if (mayAsk) leaveWithTerminal(interruption);
  if (mayAsk && guides(request)) {
    const { wizard } = await import("./flow/wizard.js");
    return await wizard(request, output, world, tool);
  }
  let face = unattendedFace(request, output, interruption, env);
  if (mayAsk) {
    const { askMissing } = await import("./flow/ask-missing.js");
    face = { ...face, choose: (project) => askMissing(project, request, output, world) };
  }
  const result = await upgrade(request, face, world);
  if (!request.json && (result.problem === null || result.outcome === "conflict"))
    output.result(summary(result, request, makeStyle(process.stdout, env, request.color)));
  return show(result, output, tool, request.json, errorStyle, request.cwd);
}

/** Whether the whole way is guided. Otherwise, in a terminal, only what the flags leave open is asked. */
function guides(request: Request): boolean {
  return request.command !== "status" && !request.yes && !request.dryRun;
}

/** Shows notes, the document and the problem of a run, and gives its exit code. */
function show(
  result: Result,
  output: Output,
  tool: Tool,
  json: boolean,
  errorStyle: Style,
  cwd = process.cwd(),
): number {
  const { problem } = result;
  if (problem instanceof WranglerFailure) output.reveal(problem.accounts.map((a) => a.id));
  for (const note of result.notes.filter((n) => n !== problem?.message)) output.note(`Note: ${note}`);
  if (json) output.document(jsonDocument(result, tool, cwd));
  if (problem !== null) output.note(problemText(problem, result, errorStyle));
  return exitCodeOfResult(result);
}

/** A terminal that is closed fails at whatever is done with it next; that is the user leaving, not a crash. */
function leaveWithTerminal(interruption: Interruption): void {
  process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EIO") throw error;
    interruption.request();
  });
}

function traceText({ args, exitCode, milliseconds, stdout, stderr }: WranglerTrace): string {
  const words = args.map((arg) => (/\s/.test(arg) ? JSON.stringify(arg) : arg));
  return [
    `wrangler ${words.join(" ")}`,
    `ended with ${exitCode ?? "no exit code"} after ${milliseconds} ms`,
    ...[stdout, stderr].map((text) => stripVTControlCharacters(text).trim()).filter(Boolean),
  ].join("\n");
}
