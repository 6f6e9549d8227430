import { Writable } from "node:stream";
import { parseRequest } from "../../src/command-line/request.js";
import { Engines } from "../../src/database/engine/engines.js";
import { type AllEnded, runAll } from "../../src/flow/all/unattended-all.js";
import { Interruption } from "../../src/lib/interruption.js";
import { Output } from "../../src/screen/output.js";
import { makeStyle, type Style } from "../../src/screen/style.js";
import { plainEnvironment } from "./cli.js";

/** A style without colors for a terminal of this many columns. */
export const styleOf = (columns: number): Style =>
  makeStyle({ isTTY: false, columns }, { LANG: "C.UTF-8" }, false);

/** Runs `--all` in this process, so that one run can be checked at several widths. */
export async function allInProcess(
  args: string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<AllEnded & { said: string }> {
  const all = { ...plainEnvironment(), ...env };
  const engines = new Engines(all);
  const sink = new Sink();
  const output = new Output({
    stdout: sink as Writable as NodeJS.WriteStream,
    stderr: sink as Writable as NodeJS.WriteStream,
    redact: (text) => text,
    ...{ revealed: new Set(), self: "kv-manager-upgrade", unicode: true },
  });
  const request = parseRequest(args, cwd, "2026-11-28");
  const style = styleOf(80);
  const tool = { name: "kv-manager-upgrade", version: "1.0.0" };
  const display = { output, tool, json: request.json, style, errorStyle: style };
  const context = { env: all, engines, interruption: new Impatient(), trace: () => {} };
  try {
    return { ...(await runAll({ ...display, request, context })), said: sink.text };
  } finally {
    await engines.closeAll();
  }
}

/** Skips waits while reading, such as for a lock; a separate proof covers them. */
class Impatient extends Interruption {
  override async pause(): Promise<void> {}
}

/** Records what is written to it, as if it were a pipe. */
class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
