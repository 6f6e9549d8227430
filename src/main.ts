import { closeSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isatty } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { parseRequest } from "./command-line/request.js";
import type { Trace } from "./database/client.js";
import { Engines } from "./database/engine/engines.js";
import type { Context } from "./flow/context.js";
import { checkForVersion } from "./flow/kv-manager.js";
import { revealAccounts } from "./flow/reveal-accounts.js";
import { unattendedUi } from "./flow/unattended-ui.js";
import { upgrade } from "./flow/upgrade.js";
import { runsInCi } from "./lib/ci.js";
import { currentFolder } from "./lib/current-folder.js";
import { Interruption } from "./lib/interruption.js";
import { Problem } from "./lib/problem.js";
import { secretsIn } from "./lib/secrets.js";
import { self } from "./lib/self.js";
import { packageFolder } from "./package-folder.js";
import { secretsOf } from "./project/secret-files.js";
import { homeNames, makeRedact } from "./redaction/redact.js";
import { redactWith } from "./redaction/redacted.js";
import { failuresAreKeptBy, resultIsShown } from "./run/record.js";
import type { Request } from "./run/request.js";
import { exitCodeOfResult, noFacts, type Result, resultOf } from "./run/result.js";
import { jsonDocument, jsonDocumentOfAll, type Tool } from "./screen/document.js";
import { Output } from "./screen/output.js";
import { makeStyle, type Style, speaksUnicode } from "./screen/style.js";
import { note } from "./words/run.js";
import { pasteHere } from "./words/snapshot-file.js";

/**
 * Runs the program.
 * @param argv the words after the program's name
 * @param tool its own name and version
 * @returns the exit code
 */
export async function main(argv: string[], tool: Tool): Promise<number> {
  const { env, stdout, stderr } = process;
  const revealed = new Set<string>();
  const secrets = new Set(secretsIn(env));
  const readers = argv.includes("report") ? "public" : "screen";
  const redact = makeRedact(secrets, revealed, homedir(), homeNames(readers));
  redactWith(redact);
  const output = new Output({ stdout, stderr, redact, revealed, self, unicode: speaksUnicode(env) });
  const json = argv.includes("--json");
  const errorStyle = makeStyle(stderr, env, !argv.includes("--no-color") && !json);
  const interruption = new Interruption();
  let request: Request;
  try {
    request = parseRequest(argv, currentFolder(), new Date().toISOString().slice(0, 10));
    if (request.forVersion !== null) checkForVersion(request.forVersion);
    if (request.printQuery !== null) {
      // Exactly as the user wrote it: there is nothing in it that came from elsewhere.
      const { printQuery } = await import("./report/print-query.js");
      stdout.write(`${printQuery(request)}\n`);
      return 0;
    }
    if (request.command === "page") {
      stdout.write(readFileSync(join(packageFolder, "dist", "page.html")));
      return 0;
    }
    for (const secret of secretsOf(env, request)) secrets.add(secret);
    if (request.command === "explain") {
      const { explainCommand } = await import("./explain/command.js");
      const style = makeStyle(stdout, env, request.color);
      const { result, document } = await explainCommand(request, output, tool, style);
      return await show(result, output, tool, request.json, errorStyle, request.cwd, document);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return await show(resultOf(noFacts, error), output, tool, json, errorStyle);
  }
  const trace = (t: Trace) => {
    if (request.debug) output.note(errorStyle.dim(traceText(t)));
  };
  const engines = new Engines(env);
  interruption.listen();
  if (request.snapshot === "-" && process.stdin.isTTY) output.note(pasteHere);
  try {
    const loadRememberer = async () => {
      const { rememberer } = await import("./report/last-failure.js");
      return rememberer(argv, tool, env, output);
    };
    const remember = async (asked: Request, result: Result) => (await loadRememberer())(asked, result);
    // A report must not replace the failure that it is made for.
    if (request.command !== "report")
      failuresAreKeptBy(async () => {
        const keep = await loadRememberer();
        return (result) => keep(request, result);
      });
    const context = { env, engines, interruption, trace, remember };
    if (request.command === "report") {
      const { reportCommand } = await import("./flow/report.js");
      const { result, document } = await reportCommand(request, output, context, tool);
      if (result !== null)
        return await show(result, output, tool, request.json, errorStyle, request.cwd, document);
      if (request.json) output.document(document);
      resultIsShown(0);
      return 0;
    }
    if (request.snapshot !== null)
      return await runSaved(request.snapshot, request, context, output, tool, errorStyle);
    return await run(request, context, output, tool, errorStyle);
  } finally {
    await engines.closeAll();
    interruption.stop();
  }
}

/** Saved schemas: one as a run of its own, several one after the other. */
async function runSaved(
  source: string,
  request: Request,
  { env, interruption }: Context,
  output: Output,
  tool: Tool,
  errorStyle: Style,
): Promise<number> {
  const { planSaved } = await import("./flow/saved.js");
  const results = await planSaved(source, request, interruption.signal);
  const style = makeStyle(process.stdout, env, request.color);
  const [first, more] = results;
  if (first !== undefined && more === undefined)
    return await showRun(first, request, output, tool, style, errorStyle);
  const { endOf } = await import("./run/entry.js");
  const { snapshotSummaries } = await import("./report/snapshot-summary.js");
  const { outcome, exitCode } = endOf(results);
  if (request.json) output.document(jsonDocumentOfAll(outcome, results, tool, request.cwd));
  else output.result(snapshotSummaries(results, request, style));
  resultIsShown(exitCode);
  return exitCode;
}

/** The wizard where a person may be asked, else the unattended run. */
async function run(
  request: Request,
  context: Context,
  output: Output,
  tool: Tool,
  errorStyle: Style,
): Promise<number> {
  const { env, interruption } = context;
  const mayAsk = !request.json && !runsInCi(env) && process.stdout.isTTY && process.stdin.isTTY;
  if (mayAsk) leaveWithTerminal(interruption);
  if (request.all && !(mayAsk && guides(request)))
    return await runAll(request, context, output, tool, errorStyle);
  if (mayAsk && guides(request)) {
    const { wizard } = await import("./flow/wizard.js");
    return await wizard(request, output, context, tool);
  }
  let ui = unattendedUi(request, output, interruption, env);
  if (mayAsk) {
    const { askMissing } = await import("./flow/ask-missing.js");
    ui = { ...ui, choose: (project) => askMissing(project, request, output, context) };
  }
  // Soon after wrangler has started: then there is time for it.
  const load = () => void Promise.all([import("./screen/summary.js"), import("./report/last-failure.js")]);
  const loading = setTimeout(load, 300).unref();
  const result = await upgrade(request, ui, context);
  clearTimeout(loading);
  // It ends while the result is shown.
  void context.engines.closeAll();
  const style = makeStyle(process.stdout, env, request.color);
  return await showRun(result, request, output, tool, style, errorStyle);
}

/** Shows a run that has ended, in words or as JSON, and gives its exit code. */
async function showRun(
  result: Result,
  request: Request,
  output: Output,
  tool: Tool,
  style: Style,
  errorStyle: Style,
): Promise<number> {
  if (!request.json && (result.problem === null || result.outcome === "conflict")) {
    output.result(await textOf(result, request, style));
    if (result.problem === null) resultIsShown(exitCodeOfResult(result));
  }
  return await show(result, output, tool, request.json, errorStyle, request.cwd);
}

/** Every database at once, without questions. */
async function runAll(
  request: Request,
  context: Context,
  output: Output,
  tool: Tool,
  errorStyle: Style,
): Promise<number> {
  const [{ allCommand }, { endOf }, { requestToGoOn }] = await Promise.all([
    import("./flow/all/command.js"),
    import("./run/entry.js"),
    import("./flow/all/backup-names.js"),
  ]);
  const { entries, failure, note: missing } = await allCommand(request, output, context, errorStyle);
  void context.engines.closeAll();
  const results = [...entries.map(({ result }) => result), ...(failure === null ? [] : [failure])];
  revealAccounts(results, output);
  const { outcome, exitCode } = endOf(results);
  if (request.json) output.document(jsonDocumentOfAll(outcome, results, tool, request.cwd));
  else if (entries.length > 0) {
    const { summaryOfAll } = await import("./screen/all-summary.js");
    const style = makeStyle(process.stdout, context.env, request.color);
    const sql = request.command === "upgrade" && (request.dryRun || !request.yes);
    const shown = { sql, note: missing, ended: failure === null, yes: true };
    output.result(summaryOfAll(entries, requestToGoOn(request, entries), style, shown));
  }
  if (failure?.problem) {
    const { problemText } = await import("./screen/summary.js");
    output.note(problemText(failure.problem, failure, errorStyle));
  }
  resultIsShown(exitCode);
  return exitCode;
}

/** The result in words and tables. What makes them is loaded only now, or while wrangler worked. */
async function textOf(result: Result, request: Request, style: Style): Promise<string> {
  const { summary } = await import("./screen/summary.js");
  if (request.snapshot === null) return summary(result, request, style);
  const { snapshotSummary } = await import("./report/snapshot-summary.js");
  return snapshotSummary(result, request, style);
}

/** Whether the whole way is guided. Otherwise, in a terminal, only what the flags leave open is asked. */
function guides(request: Request): boolean {
  return request.command !== "status" && !request.yes && !request.dryRun;
}

/** Shows notes, the document and the problem of a run, and gives its exit code. */
async function show(
  result: Result,
  output: Output,
  tool: Tool,
  json: boolean,
  errorStyle: Style,
  // Where no request was understood, no path is shown either.
  cwd = "/",
  document = jsonDocument(result, tool, cwd),
): Promise<number> {
  const { problem } = result;
  revealAccounts([result], output);
  // Where a plan is shown in words, this is part of it.
  const notes = json && result.versionNote !== null ? [...result.notes, result.versionNote] : result.notes;
  for (const text of notes.filter((n) => n !== problem?.message)) output.note(note(text));
  const exitCode = exitCodeOfResult(result);
  if (json) {
    output.document(document);
    resultIsShown(exitCode);
  }
  if (problem !== null) {
    const { problemText } = await import("./screen/summary.js");
    output.note(problemText(problem, result, errorStyle));
  }
  resultIsShown(exitCode);
  return exitCode;
}

/** A terminal that is closed fails at whatever is done with it next; that is the user leaving, not a crash. */
function leaveWithTerminal(interruption: Interruption): void {
  // At its end Node gives each terminal its settings back, and aborts where that fails. What we have closed it leaves.
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.once("exit", () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
  process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
    if (error.code === "EIO") interruption.request();
  });
}

function traceText({ asked, ended, milliseconds, said }: Trace): string {
  const lines = said.map((text) => stripVTControlCharacters(text).trim()).filter(Boolean);
  return [asked, `${ended} after ${milliseconds} ms`, ...lines].join("\n");
}
