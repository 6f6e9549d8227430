import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, type RunnerTask } from "vitest";

const page = fileURLToPath(new URL("README.md", import.meta.url));

/** The description of the machine, without names. */
function machine(): string {
  const system = { linux: "Linux", darwin: "macOS", win32: "Windows" }[platform() as string] ?? platform();
  const day = new Date().toISOString().slice(0, 10);
  return `${availableParallelism()} cores, ${system}, Node ${process.versions.node}, ${day}.`;
}

/** The tests of a file. */
interface Proof {
  tasks: RunnerTask[];
}

/** Runs a callback when all tests of a file are done. */
export function afterProof(work: (proof: Proof) => unknown): void {
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from this pattern what to pass.
  afterAll(({}, proof) => work(proof));
}

/**
 * Prints a proof's figures as Markdown; with PROOF_WRITE=1, those of a whole proof are also written to the page of the
 * proofs.
 * @param proof what was run
 * @param section the place in the page, between `<!-- section -->` and `<!-- /section -->`; null to leave it out
 * @param head the column titles
 * @param rows the cells
 * @throws {Error} when the page has no such section
 */
export function publish(
  proof: Proof,
  section: string | null,
  head: string[],
  rows: (string | number)[][],
): void {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
  const text = `${table}\n\n${machine()}`;
  process.stdout.write(`\n${text}\n\n`);
  if (process.env.PROOF_WRITE !== "1" || section === null) return;
  if (!isWhole(proof.tasks)) {
    process.stdout.write("Not written into the page: a part of the proof failed or was left out.\n");
    return;
  }
  const place = new RegExp(`(<!-- ${section} -->\n)[\\s\\S]*?(<!-- /${section} -->)`);
  const old = readFileSync(page, "utf8");
  if (!place.test(old)) throw new Error(`The page of the proofs has no place for ${section}.`);
  writeFileSync(
    page,
    old.replace(place, (_, open: string, close: string) => `${open}${text}\n${close}`),
  );
}

/** Whether all tests ran and none failed. */
function isWhole(tasks: RunnerTask[]): boolean {
  return tasks.every((task) =>
    task.type === "suite" ? isWhole(task.tasks) : task.mode === "run" && task.result?.state !== "fail",
  );
}
