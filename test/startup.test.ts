import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, plainEnvironment, run } from "./support/cli.js";
import { packageFolder } from "./support/project.js";

const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
  version: string;
};

/** Milliseconds that Node takes for these arguments. */
function milliseconds(...args: string[]): number {
  const began = performance.now();
  spawnSync(process.execPath, args, { env: plainEnvironment() });
  return performance.now() - began;
}

/** The time least disturbed by other programs. */
const least = (values: number[]) => Math.min(...values);

describe("--version and --help", () => {
  it("load only a small part of the program", () => {
    const dist = dirname(cli);
    const seen = new Map<string, number>();
    const load = (name: string) => {
      if (seen.has(name)) return;
      const text = readFileSync(join(dist, name), "utf8");
      seen.set(name, text.length);
      // An import inside a function is not loaded at startup.
      for (const [, other = ""] of text.matchAll(/(?<!\(\)=>)require\("\.\/([^"]+)"\)/g)) load(other);
    };
    load("cli.cjs");
    expect([...seen.keys()]).not.toContain("main.cjs");
    load("help.cjs");
    expect([...seen.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(15_000);
  });

  // Other programs affect the time too, so one slow round proves nothing.
  it("take less than 1.5 times as long as starting Node", { retry: 3 }, () => {
    const times = Array.from({ length: 10 }, () => ({
      node: milliseconds("-e", "0"),
      version: milliseconds(cli, "--version"),
      help: milliseconds(cli, "--help"),
    }));
    const node = least(times.map((t) => t.node));
    expect(least(times.map((t) => t.version)) / node).toBeLessThan(1.5);
    expect(least(times.map((t) => t.help)) / node).toBeLessThan(1.5);
  });

  it("take precedence over all other arguments, even invalid ones", async () => {
    const answer = await run(["status", "--lokal", "--version"], { cwd: packageFolder });
    expect([answer.code, answer.stdout, answer.stderr]).toEqual([0, `${version}\n`, ""]);
    for (const args of [["-yh"], ["-hy"], ["--local", "--yes", "-h"]])
      expect((await run(args, { cwd: packageFolder })).stdout).toContain("--binding NAME");
    const help = await run(["--remote", "--local", "-h"], { cwd: packageFolder });
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("--binding NAME");
    // Fits a terminal of 80 columns.
    expect(Math.max(...help.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
