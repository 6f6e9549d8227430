// The process that opens a local database: it loads the D1 engine (miniflare) of the project's own wrangler, and opens
// the databases exactly as that wrangler does. Bundled as a separate file; started by `Engine`.
//
// Source: `executeLocally` and `exportLocal` of wrangler 3.114 to 4.164.
import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { StatementResult } from "../client.js";
import type { Answer, Question } from "./messages.js";

/** The part of miniflare that is used. */
interface Miniflare {
  ready: Promise<unknown>;
  dispatchFetch(url: string, init: { method: string; body: string }): Promise<{ text(): Promise<string> }>;
  dispose(): Promise<void>;
}

/** The miniflare package, in any version. */
interface EnginePackage {
  Miniflare: new (options: Record<string, unknown>) => Miniflare;
  /** Only since version 5. */
  convertV4MiniflareOptions?: (options: Record<string, unknown>) => Record<string, unknown>;
}

/** `temporary` is the folder for all its temporary files. */
const [, , wranglerPackage = "", state = "", temporary = ""] = process.argv;

/**
 * The worker that runs in the engine. wrangler itself talks to the database through a bridge from Node, which takes
 * three times as long for the first statement.
 */
const worker = `export default {
  async fetch(request, env) {
    const { binding, statements } = await request.json();
    const database = env[binding];
    try {
      const answer = statements === null
        ? await database.prepare("PRAGMA miniflare_d1_export(?,?,?);").bind(false, false).raw()
        : await database.batch(statements.map((sql) => database.prepare(sql)));
      return Response.json({ answer });
    } catch (error) {
      return Response.json({ failed: (error.cause ?? error).message });
    }
  },
}`;

/** How many characters of the engine's output are kept: a reason is at the end. */
const kept = 8000;
/** Milliseconds to finish pending work after the program has ended: D1's own limit. */
const longest = 30_000;
/** Milliseconds after which output printed along with a failure has arrived. */
const printing = 20;

let engine: Miniflare | null = null;
let printed = "";
/** The requested work, one at a time, since only one user at a time can have a local database open. */
let work: Promise<void> = Promise.resolve();

process.on("message", (question: Question) => {
  work = work.then(() => answer(question));
});
// The program has ended, for whatever reason. A pending write is completed: that takes milliseconds.
process.on("disconnect", () => void end());

async function answer(question: Question): Promise<void> {
  switch (question.kind) {
    case "start":
      try {
        await start(question.databases);
        send({ kind: "started" });
      } catch (error) {
        send({ kind: "not-started", text: `${textOf(error)}\n${printed}` }, () => process.exit(1));
      }
      return;
    case "batch":
      return await attempt(question.number, async () => {
        const { database, statements } = question;
        const results = await ask<{ results?: StatementResult["rows"] }[]>(database, statements);
        return results.map(({ results: rows = [] }) => ({ rows }));
      });
    case "export":
      return await attempt(question.number, async () => {
        const lines = await ask<unknown[][]>(question.database, null);
        await writeFile(question.file, (lines[0] ?? []).join("\n"));
        return [];
      });
  }
}

async function start(databases: string[]): Promise<void> {
  const load = createRequire(join(wranglerPackage, "package.json"));
  const { Miniflare, convertV4MiniflareOptions } = load("miniflare") as EnginePackage;
  const options = {
    modules: true,
    script: worker,
    d1Databases: Object.fromEntries(databases.map((id) => [bindingOf(id), id])),
    // Otherwise it fetches a file from the internet, which no database needs.
    cf: false,
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume();
      stderr.on("data", (data: Buffer) => {
        printed = (printed + data).slice(-kept);
      });
    },
  };
  engine =
    convertV4MiniflareOptions === undefined
      ? new Miniflare({ ...options, d1Persist: join(state, "v3", "d1") })
      : new Miniflare({
          ...convertV4MiniflareOptions(options),
          resourcePersistencePath: join(state, "v3"),
        });
  await engine.ready;
}

/**
 * Sends a request to the worker.
 * @param statements what to run as one batch; null to export the database
 * @throws {Error} what SQLite or the engine reported
 */
async function ask<T>(database: string, statements: string[] | null): Promise<T> {
  if (engine === null) throw new Error("the engine is not started");
  const body = JSON.stringify({ binding: bindingOf(database), statements });
  const response = await engine.dispatchFetch("http://engine/", { method: "POST", body });
  const { failed, answer } = JSON.parse(await response.text()) as { failed?: string; answer: T };
  if (failed !== undefined) throw new Error(failed);
  return answer;
}

/** The binding for an id, encoded because a binding does not allow every character that an id may have. */
function bindingOf(id: string): string {
  return `D1_${Buffer.from(id).toString("hex")}`;
}

async function attempt(number: number, run: () => Promise<StatementResult[]>): Promise<void> {
  printed = "";
  try {
    send({ kind: "done", number, results: await run() });
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve, printing));
    send({ kind: "failed", number, text: textOf(error), beside: printed });
  }
}

function textOf(error: unknown): string {
  const { cause = error } = (error ?? {}) as { cause?: unknown };
  return cause instanceof Error ? cause.message : String(cause);
}

/** @param then called when it has been sent */
function send(message: Answer, then = () => {}): void {
  // With the channel closed, no one is left to tell.
  if (process.connected) process.send?.(message, then);
}

let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, longest))]);
  await engine?.dispose().catch(() => {});
  process.exit(0);
}

// The program does this too, but it may have been killed.
process.once("exit", () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
