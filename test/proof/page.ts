import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, platform } from "node:os";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("README.md", import.meta.url));

/** What is said of the machine: no names. */
function machine(): string {
  const system = { linux: "Linux", darwin: "macOS", win32: "Windows" }[platform() as string] ?? platform();
  const day = new Date().toISOString().slice(0, 10);
  return `${availableParallelism()} cores, ${system}, Node ${process.versions.node}, ${day}.`;
}

/**
 * Prints a proof's figures as Markdown; with PROOF_WRITE=1 they also go into the page of the proofs.
 * @param section the place in the page, between `<!-- section -->` and `<!-- /section -->`
 * @param head the titles of the columns
 * @param rows the cells
 */
export function publish(section: string, head: string[], rows: (string | number)[][]): void {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
  const text = `${table}\n\n${machine()}`;
  process.stdout.write(`\n${text}\n\n`);
  if (process.env.PROOF_WRITE !== "1") return;
  const place = new RegExp(`(<!-- ${section} -->\n)[\\s\\S]*?(\n<!-- /${section} -->)`);
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(place, (_, open: string, close: string) => `${open}${text}${close}`),
  );
}
