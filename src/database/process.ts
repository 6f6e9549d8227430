import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between the signal that asks the processes to end and the one that kills them. */
const grace = 1000;

/** How a child process ended and what it printed. */
export interface ProcessAnswer {
  exitCode: number | null;
  /** The signal that ended it, such as SIGKILL; null if it exited on its own. */
  signal: string | null;
  stdout: string;
  stderr: string;
  ended: "exited" | "timeout" | "aborted";
}

/**
 * Runs a program to its end, in its own process group: a Ctrl-C in the terminal reaches only this program, which then
 * decides. With no shell in between, every argument arrives verbatim, on Windows too.
 * @param command the program's path and its arguments; on Windows not a script, which only a shell can start
 * @param options.timeoutSeconds after this time the whole group is ended
 * @param options.abort ends the whole group when it fires; null for what must not be interrupted
 * @param options.beforeEnding what to wait for before the group is ended early; must be bounded
 * @returns never rejects because of the child
 */
export async function runProcess(
  [program, ...args]: [program: string, ...args: string[]],
  options: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    timeoutSeconds: number;
    abort: AbortSignal | null;
    beforeEnding?: () => Promise<void>;
  },
): Promise<ProcessAnswer> {
  let ended: ProcessAnswer["ended"] = "exited";
  // Most runs start no program, and loading execa takes half as long as all their work.
  const { execa } = await import("execa");
  const child = execa(program, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    detached: true,
    cleanup: false,
    windowsHide: true,
    stripFinalNewline: false,
  });
  let ending: Promise<void> | undefined;
  const end = (why: "timeout" | "aborted") => {
    if (ending !== undefined) return;
    ended = why;
    ending = endGroup(child, options.beforeEnding);
  };
  const onAbort = () => end("aborted");
  const timer = setTimeout(() => end("timeout"), options.timeoutSeconds * 1000);
  options.abort?.addEventListener("abort", onAbort, { once: true });
  // If this program ends first, no one needs the result of a read. A write is never ended.
  const endWithProgram = () => signalGroup(child.pid, "SIGKILL");
  if (options.abort !== null) process.once("exit", endWithProgram);
  if (options.abort?.aborted) onAbort();
  try {
    const { exitCode, signal, stdout, stderr, failed, originalMessage } = await child;
    // A killed process has not ended its own children: workerd alone would hold the database, or commit later.
    if (ended === "exited" && (signal !== undefined || stdout.trim() === ""))
      signalGroup(child.pid, "SIGKILL");
    const unstarted = failed && exitCode === undefined && originalMessage ? `\n${originalMessage}` : "";
    return {
      exitCode: exitCode ?? null,
      signal: signal ?? null,
      stdout,
      stderr: `${stderr}${unstarted}`,
      ended,
    };
  } finally {
    clearTimeout(timer);
    options.abort?.removeEventListener("abort", onAbort);
    process.off("exit", endWithProgram);
    await ending;
  }
}

/** Asks the processes to end, then kills them. */
async function endGroup(
  child: PromiseLike<unknown> & { pid?: number | undefined },
  before?: () => Promise<void>,
): Promise<void> {
  if (before !== undefined) await Promise.race([child, before()]);
  signalGroup(child.pid, "SIGTERM");
  await Promise.race([child, sleep(grace, undefined, { ref: false })]);
  signalGroup(child.pid, "SIGKILL");
}

/**
 * Signals a whole process group: wrangler and the engine start workerd, and all must end, or they would commit later.
 * @param pid its first process; undefined if that could not be started
 */
export function signalGroup(pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    // A console program on Windows cannot be asked to end.
    if (signal === "SIGKILL") return;
    spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", windowsHide: true }).on(
      "error",
      () => {},
    );
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has just ended (ESRCH; some systems report EPERM for a group that is ending), which is just as good.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/**
 * Runs a command with full control of the terminal, for programs that ask their own questions.
 * @param command a program and its arguments; found by execa on Windows too, shims included
 */
export async function runInTerminal(
  [program, ...args]: [program: string, ...args: string[]],
  cwd: string,
): Promise<boolean> {
  const { execa } = await import("execa");
  const { failed } = await execa(program, args, { cwd, stdio: "inherit", reject: false });
  return !failed;
}
