import { spawn } from "node:child_process";
import { cli, plainEnvironment, type Run } from "./cli.js";

/** Returns a text as one line, however it was wrapped. */
export const unwrapped = (text: string) => text.replace(/\s+/g, " ");

/** Runs the program; `watch` receives its output so far, and may react to it. */
export async function watched(
  args: string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
  watch: (said: string, interrupt: () => void) => void,
): Promise<Pick<Run, "code" | "stdout" | "stderr">> {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data));
  child.stderr.on("data", (data: Buffer) => {
    stderr += data;
    watch(stderr, () => child.kill("SIGINT"));
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}
