import { spawn } from "node:child_process";
import { cli, type Document, ended, plainEnvironment, type Run } from "./cli.js";

/** Returns a text as one line, however it was wrapped. */
export const unwrapped = (text: string) => text.replace(/\s+/g, " ");

type Folder = { cwd: string; env?: NodeJS.ProcessEnv };

/** Runs the program; `watch` receives its output so far, and may send it a signal. */
export async function watched(
  args: string[],
  { cwd, env = {} }: Folder,
  watch: (said: string, interrupt: (signal?: NodeJS.Signals) => void) => void,
): Promise<Pick<Run, "code" | "stdout" | "stderr">> {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child, (said) => watch(said, (signal = "SIGINT") => void child.kill(signal)));
}

/** Runs the program with `--json`, and sends it these signals, some time apart, once it says a text. */
export async function interrupted(
  args: string[],
  folder: Folder,
  when: string,
  signals: NodeJS.Signals[],
  milliseconds = 300,
): Promise<{ code: number | null; stderr: string; json: Document }> {
  let isDue = true;
  const { code, stdout, stderr } = await watched([...args, "--json"], folder, (said, interrupt) => {
    if (!isDue || !said.includes(when)) return;
    isDue = false;
    for (const [i, signal] of signals.entries()) setTimeout(() => interrupt(signal), milliseconds * (i + 1));
  });
  return { code, stderr, json: JSON.parse(stdout) as Document };
}
