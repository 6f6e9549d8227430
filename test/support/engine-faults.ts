import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Which of the engine's batches: the read before the write, or the write. */
export type Batch = "reading" | "write";

/** When, relative to a batch. */
export type When = "before" | "during" | "after";

/** What happens to the engine. */
export const engineFaults = {
  "it dies": 'process.kill(process.pid, "SIGKILL")',
  "it hangs": "hang()",
  "its channel breaks": "process.disconnect()",
  "workerd is killed": 'workerd.kill("SIGKILL")',
} as const;

/**
 * Makes something go wrong in every engine that a run starts, through a script that Node loads first.
 * @param folder where to put the script
 * @param milliseconds after the batch was forwarded, for `during`
 * @returns the environment for the run
 */
export function engineFault(
  folder: string,
  fault: keyof typeof engineFaults,
  batch: Batch,
  when: When,
  milliseconds = 5,
): NodeJS.ProcessEnv {
  const file = join(folder, "engine-fault.cjs");
  writeFileSync(
    file,
    `
if (/engine\\.cjs$/.test(process.argv[1] ?? "")) {
  const children = require("node:child_process");
  const { spawn } = children;
  let workerd;
  children.spawn = (command, ...rest) => {
    const child = spawn(command, ...rest);
    if (/workerd/.test(command)) workerd = child;
    return child;
  };
  let number = null;
  let hangs = false;
  const hang = () => { hangs = true; };
  const happen = () => { ${engineFaults[fault]}; };
  const { emit, send } = process;
  process.emit = function (event, message, ...rest) {
    if (event === "message" && message.kind === "batch" && /ALTER TABLE/.test(message.statements.join()) === ${batch === "write"}) {
      number = message.number;
      if (${when === "before"}) happen();
      if (${when === "during"}) setTimeout(happen, ${milliseconds});
    }
    return hangs && event === "message" ? true : emit.call(this, event, message, ...rest);
  };
  process.send = function (message, ...rest) {
    if (message.number === number && ${when === "after"}) happen();
    return hangs || !process.connected ? true : send.call(this, message, ...rest);
  };
}`,
  );
  return { NODE_OPTIONS: `--require ${JSON.stringify(file)}` };
}

/** Delays every response of the engine. @param folder where to put the script. @returns the environment */
export function slowEngine(folder: string, milliseconds: number): NodeJS.ProcessEnv {
  const file = join(folder, "slow-engine.cjs");
  writeFileSync(
    file,
    `
if (/engine\\.cjs$/.test(process.argv[1] ?? "")) {
  const { send } = process;
  process.send = function (message, ...rest) {
    setTimeout(() => send.call(this, message, ...rest), ${milliseconds});
    return true;
  };
}`,
  );
  return { NODE_OPTIONS: `--require ${JSON.stringify(file)}` };
}

/**
 * Records what the engine is asked to run.
 * @param folder where to put the script
 * @param file receives a line of JSON for each batch: its statements
 * @returns the environment
 */
export function recordedBatches(folder: string, file: string): NodeJS.ProcessEnv {
  const script = join(folder, "recorded-batches.cjs");
  writeFileSync(
    script,
    `
if (/engine\\.cjs$/.test(process.argv[1] ?? ""))
  process.on("message", ({ statements }) => {
    if (statements) require("node:fs").appendFileSync(${JSON.stringify(file)}, JSON.stringify(statements) + "\\n");
  });`,
  );
  return { NODE_OPTIONS: `--require ${JSON.stringify(script)}` };
}
