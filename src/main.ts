import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parseRequest } from "./command-line/request.js";
import { showResult } from "./commands/show.js";
import { upgradeCommand } from "./commands/upgrade.js";
import type { Trace } from "./database/client.js";
import { Engines } from "./database/engine/engines.js";
import type { Context } from "./flow/context.js";
import type { Display, ProblemDisplay, Program } from "./flow/program.js";
import { currentFolder } from "./lib/current-folder.js";
import { Interruption } from "./lib/interruption.js";
import { Problem } from "./lib/problem.js";
import { programName } from "./lib/program-name.js";
import { packageFolder } from "./package-folder.js";
import { checkVersion } from "./plan/kv-manager.js";
import { readCatalog } from "./plan/read-catalog.js";
import { secretsOf } from "./project/secret-files.js";
import { homeNames, makeRedact } from "./redaction/redact.js";
import { redactWith } from "./redaction/redacted.js";
import { secretsIn } from "./redaction/secrets.js";
import { failuresAreKeptBy } from "./run/record.js";
import type { Request } from "./run/request.js";
import { noFacts, resultOf } from "./run/result.js";
import type { ToolInfo } from "./screen/json-output.js";
import { Output } from "./screen/output.js";
import { makeStyle, speaksUnicode } from "./screen/style.js";

/**
 * Runs the program: from the command line to the command that it names.
 * @param argv the words after the program's name
 * @param tool its own name and version
 * @returns the exit code
 */
export async function main(argv: string[], tool: ToolInfo): Promise<number> {
  const { env } = process;
  const secrets = new Set(secretsIn(env));
  const display = makeDisplay(argv, tool, secrets);
  let asked: Display & { request: Request };
  try {
    const request = parseRequest(argv, currentFolder(), new Date().toISOString().slice(0, 10));
    if (request.forVersion !== null) checkVersion(request.forVersion, readCatalog());
    const printed = await print(request);
    if (printed !== null) {
      process.stdout.write(printed);
      return 0;
    }
    for (const secret of secretsOf(env, request)) secrets.add(secret);
    // The words themselves had to do until the request was understood; after "--" they are no flags.
    asked = { ...display, json: request.json, style: makeStyle(process.stdout, env, request.color), request };
    if (request.command === "explain") {
      const { explainCommand } = await import("./commands/explain.js");
      return await explainCommand(asked);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return await showResult(display, resultOf(noFacts, error));
  }
  const { request, output, errorStyle } = asked;
  const engines = new Engines(env);
  const interruption = new Interruption();
  const trace = (t: Trace) => {
    if (request.debug) output.note(errorStyle.dim(traceText(t)));
  };
  interruption.listen();
  try {
    const remember = keepFailures(argv, asked);
    return await runCommand({ ...asked, context: { env, engines, interruption, trace, remember } });
  } finally {
    await engines.closeAll();
    interruption.stop();
  }
}

/** @param secrets what must not be shown; more may be added later */
function makeDisplay(argv: string[], tool: ToolInfo, secrets: Set<string>): ProblemDisplay {
  const { env, stdout, stderr } = process;
  const revealed = new Set<string>();
  const readers = argv.includes("report") ? "public" : "screen";
  const redact = makeRedact(secrets, revealed, homedir(), homeNames(readers));
  redactWith(redact);
  const output = new Output({
    stdout,
    stderr,
    redact,
    revealed,
    self: programName,
    unicode: speaksUnicode(env),
  });
  const json = argv.includes("--json");
  const color = !argv.includes("--no-color") && !json;
  return { output, tool, json, errorStyle: makeStyle(stderr, env, color) };
}

/** What is printed as it is, since nothing in it came from elsewhere: the query, or the web page; otherwise null. */
async function print(request: Request): Promise<string | Buffer | null> {
  if (request.command === "page") return readFileSync(join(packageFolder, "dist", "page.html"));
  if (request.printQuery === null) return null;
  const { printQuery } = await import("./saved-schema/print-query.js");
  return `${printQuery(request)}\n`;
}

async function runCommand(program: Program): Promise<number> {
  const { command, snapshot } = program.request;
  if (command === "report") {
    const { reportCommand } = await import("./commands/report.js");
    return await reportCommand(program);
  }
  if (snapshot !== null) {
    const { snapshotCommand } = await import("./commands/snapshot.js");
    return await snapshotCommand(program, snapshot);
  }
  return await upgradeCommand(program);
}

/** Has failures kept for a later report. What keeps them is loaded only when it is needed. */
function keepFailures(
  argv: string[],
  { request, tool, output }: Pick<Program, "request" | "tool" | "output">,
): Required<Context>["remember"] {
  const load = async () => {
    const { makeFailureRecorder } = await import("./report/last-failure.js");
    return makeFailureRecorder(argv, tool, process.env, output);
  };
  // A report must not replace the failure that it is made for.
  if (request.command !== "report")
    failuresAreKeptBy(async () => {
      const keep = await load();
      return (result) => keep(request, result);
    });
  return async (asked, result) => (await load())(asked, result);
}

function traceText({ asked, ended, milliseconds, said }: Trace): string {
  const lines = said.map((text) => stripVTControlCharacters(text).trim()).filter(Boolean);
  return [asked, `${ended} after ${milliseconds} ms`, ...lines].join("\n");
}
