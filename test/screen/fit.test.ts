import { execFileSync } from "node:child_process";
import stringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { toAscii } from "../../src/screen/ascii.js";
import { fitToWidth } from "../../src/screen/fit.js";

const restore =
  "  npx wrangler d1 time-travel restore kv-manager-metadata --bookmark=00000001-00000002-0000abcd-0123456789abcdef0123456789abcdef";
const execute = `  npx wrangler d1 execute 'my data' --local --command="ALTER TABLE bulk_jobs DROP COLUMN metadata; DROP TABLE job_audit_events;"`;

describe("a line wider than the terminal", () => {
  it.each(["short", "", "  npx wrangler whoami", "\x1b[1mcolored\x1b[22m"])(
    "%j is unchanged because it fits",
    (line) => {
      expect(fitToWidth(line, 40, "linux")).toBe(line);
    },
  );

  it("is wrapped with its indentation if it is prose", () => {
    expect(fitToWidth("  one two three four", 12, "linux")).toBe("  one two\n  three four");
  });

  it.each([40, 60, 80])(
    "is continued with the same words for a shell if it is a command, at %d columns",
    (columns) => {
      for (const line of [restore, execute]) {
        const broken = fitToWidth(line, columns, "linux");
        const longest =
          Math.max(
            ...line
              .trim()
              .split(" ")
              .map((word) => word.length),
          ) + 6;
        for (const part of broken.split("\n"))
          expect(stringWidth(part)).toBeLessThanOrEqual(Math.max(columns, longest));
        expect(broken.split("\n").length).toBeGreaterThan(1);
        // A real shell prints the arguments one per line, with repeated spaces within one squeezed.
        const words = (text: string) =>
          execFileSync("sh", ["-c", `npx() { for word; do echo "$word" | tr -s ' '; done; }\n${text}`], {
            encoding: "utf8",
          });
        expect(words(broken)).toBe(words(line));
      }
    },
  );

  it("keeps a name in brackets whole, and is still broken after an unmatched bracket", () => {
    const sql = "ALTER TABLE [my own notes of old] DROP COLUMN [the second column]; SELECT '['";
    const broken = fitToWidth(`  npx wrangler d1 execute kv --command="${sql}"`, 40, "linux");
    expect(broken).toContain("[my own notes of old]");
    expect(broken).toContain("[the second column]");
    expect(broken.replace(/ \\\n +/g, " ")).toBe(`  npx wrangler d1 execute kv --command="${sql}"`);
    expect(fitToWidth(`  npx x ${"[a ".repeat(20).trim()}`, 20, "linux").replace(/ \\\n +/g, " ")).toBe(
      `  npx x ${"[a ".repeat(20).trim()}`,
    );
  });

  it("is left to the terminal on Windows, whose shells share no continuation syntax", () => {
    expect(fitToWidth(restore, 40, "win32")).toBe(restore);
  });
});

describe("ASCII", () => {
  it("keeps the width of each symbol and leaves names unchanged", () => {
    expect(toAscii("│ ◆ ● ○ └ ✓ ↑/↓ • a – b")).toBe("| * >   + + ^/v - a - b");
    expect(toAscii("Reading the schema …")).toBe("Reading the schema...");
    expect(toAscii("дом 名 é")).toBe("дом 名 é");
  });
});
