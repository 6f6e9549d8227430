import { spawn, spawnSync } from "node:child_process";
import { plainEnvironment } from "../support/cli.js";

/** What is measured: commands to run, after an untimed preparation. */
export interface Contestant {
  prepare?: () => void;
  /** Node commands, run one after the other. */
  commands: { args: string[]; code: number }[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** A program other than Node. */
  program?: string;
}

/** Returns the median. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

/**
 * Times contestants in turn, so that other load on the machine affects all alike.
 * @param rounds how often; one more comes first and is not counted
 * @returns the median milliseconds of each, and their ratio, first to second
 * @throws {Error} when a command exits with an unexpected code: a failure is not fast
 */
export function inTurn(
  runs: number,
  one: Contestant,
  other: Contestant,
): { times: [number, number]; ratio: number } {
  const all = Array.from({ length: runs + 1 }, (_, round) =>
    // The second one may find warmer caches, so they take turns at that too.
    round % 2 === 0 ? [timed(one), timed(other)] : [timed(other), timed(one)].reverse(),
  );
  return medians(all);
}

/** The same for commands that talk to a server in this process, which must keep running in the meantime. */
export async function inTurnAsync(
  runs: number,
  one: Contestant,
  other: Contestant,
): Promise<{ times: [number, number]; ratio: number }> {
  const all: number[][] = [];
  for (let round = 0; round <= runs; round++) {
    const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
    const pair = [await timedAsync(first), await timedAsync(second)];
    all.push(round % 2 === 0 ? pair : pair.reverse());
  }
  return medians(all);
}

/** The first round does not count. */
function medians(runs: number[][]): { times: [number, number]; ratio: number } {
  const all = runs.slice(1);
  const middle = (i: number) => median(all.map((pair) => pair[i] ?? 0));
  const times: [number, number] = [middle(0), middle(1)];
  return { times, ratio: times[0] / times[1] };
}

async function timedAsync(contestant: Contestant): Promise<number> {
  contestant.prepare?.();
  const { commands, cwd, env } = contestant;
  const began = performance.now();
  for (const { args, code } of commands) {
    const child = spawn(process.execPath, args, { cwd, env: environment(env), stdio: "ignore" });
    const status = await new Promise((resolve) => child.on("close", resolve));
    if (status !== code) throw new Error(`${args.join(" ")} ended with ${status}`);
  }
  return performance.now() - began;
}

function environment(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  return { ...plainEnvironment(), CI: "true", WRANGLER_SEND_METRICS: "false", ...env };
}

/** Returns the milliseconds that one takes. @throws {Error} like `inTurn` */
export function timed({ prepare, commands, cwd, env, program }: Contestant): number {
  prepare?.();
  const whole = environment(env);
  const began = performance.now();
  const ended = commands.map(({ args }) =>
    spawnSync(program ?? process.execPath, args, {
      ...{ cwd, env: whole, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      // Nothing here takes a tenth of that; a hanging command must not hang the proof.
      ...{ timeout: 120_000, killSignal: "SIGKILL" as const },
      shell: program !== undefined && process.platform === "win32",
    }),
  );
  const milliseconds = performance.now() - began;
  for (const [i, { status, stdout, stderr }] of ended.entries())
    if (status !== commands[i]?.code)
      throw new Error(`${commands[i]?.args.join(" ")} ended with ${status}:\n${stdout}\n${stderr}`);
  return milliseconds;
}
