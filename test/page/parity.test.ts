import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../src/main.js";
import { answerTo } from "../../src/page/answer.js";
import { loadCatalog } from "../../src/plan/read-catalog.js";
import type { Result } from "../../src/run/result.js";
import { describeInBrowser, oneBrowser } from "../support/browser.js";
import type { Document } from "../support/cli.js";
import { eraSchemas, seedRows } from "../support/eras.js";
import { inspectionText, wranglersAnswer } from "../support/inspections.js";
import { states } from "../support/states.js";

/** Returns the output of `status … --json`, run in this process because there are some hundred runs. */
async function status(...flags: string[]): Promise<Document> {
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await main(["status", "--json", ...flags], { name: "kv-manager-upgrade", version: "0" });
  } finally {
    write.mockRestore();
  }
  return JSON.parse(text) as Document;
}

const catalog = loadCatalog();
const today = "2026-11-27";
const schemas: [name: string, sql: string][] = [
  ...states.map(({ name, sql }): [string, string] => [name, `${eraSchemas.oldest}\n${seedRows}\n${sql}`]),
  ...Object.entries(eraSchemas),
];
/** Each target as a value of `--for` and as a choice in the page's first step. */
const targets = [
  ["1", "1"],
  ["2", "2.3"],
] as const;

interface Wanted {
  name: string;
  version: string;
  choice: string;
  pasted: string;
  document: Document;
}
const wanted: Wanted[] = [];
const folder = mkdtempSync(join(tmpdir(), "page-parity-"));

beforeAll(async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  process.stdout.setMaxListeners(0);
  process.stderr.setMaxListeners(0);
  for (const [i, [name, sql]] of schemas.entries()) {
    const file = join(folder, `${i}.json`);
    const pasted = i % 2 === 0 ? wranglersAnswer(sql) : inspectionText(sql);
    writeFileSync(file, pasted);
    for (const [version, choice] of targets)
      wanted.push({
        ...{ name, version, choice, pasted },
        document: await status("--snapshot", file, "--for", version),
      });
  }
  vi.mocked(process.stderr.write).mockRestore();
});
afterAll(() => rmSync(folder, { recursive: true }));

const planOf = ({ migrations, statements, checks }: Result) => ({
  migrations: migrations.map(({ id, name, status, missing }) => ({ id, name, status, missing })),
  statements: statements.map((s) => s.sql),
  checks: checks.map(({ migration, object, expected, actual, ok }) => ({
    ...{ migration, object, expected, actual, ok },
  })),
});
const planIn = ({ migrations, statements, checks }: Document) => ({ migrations, statements, checks });

describe("the page's plan matches the program's", () => {
  it("for the 40 states and every era, for 1.x and 2.x", () => {
    expect(wanted).toHaveLength(2 * (40 + Object.keys(eraSchemas).length));
    for (const { name, choice, pasted, document } of wanted) {
      const result = answerTo(pasted, { version: choice, deployed: null, today }, catalog);
      if (result === null) throw new Error(`${name}: no answer`);
      expect(planOf(result), name).toEqual(planIn(document));
      expect(result.outcome, name).toBe(document.outcome);
    }
    // The plans must differ, or equality would prove nothing. Some eras are states too; three exist only in 2.x.
    expect(new Set(wanted.map(({ document }) => JSON.stringify(planIn(document)))).size).toBe(2 * 40 + 3);
  });

  it.each(["2025-10-01", ...Object.keys(eraSchemas).filter((era) => era !== "oldest")])(
    "for a deployment on %s, without a database",
    async (day) => {
      vi.spyOn(process.stderr, "write").mockReturnValue(true);
      for (const [version, choice] of targets) {
        const document = await status("--deployed", day, "--for", version);
        const result = answerTo(" \n", { version: choice, deployed: day, today }, catalog);
        if (result === null) throw new Error("no answer");
        expect(planOf(result)).toEqual(planIn(document));
        expect(result.outcome).toBe(document.outcome);
      }
      vi.mocked(process.stderr.write).mockRestore();
    },
  );
});

describeInBrowser("what the page shows is what the program says", () => {
  const open = oneBrowser();

  it("for the 40 states and every era, for 1.x and 2.x", async () => {
    const { page, errors } = await open();
    for (const { name, choice, pasted, document } of wanted) {
      const shown = (await page.evaluate(`(() => {
        const [version, answer, after] = ["version", "answer", "after"].map((id) => document.getElementById(id));
        version.value = ${JSON.stringify(choice)};
        answer.value = after.value = ${JSON.stringify(pasted)};
        [...document.querySelectorAll("button")].find((b) => b.textContent === "Verify").click();
        const [, , missing, verify] = document.querySelectorAll("section");
        const sql = [...missing.querySelectorAll("h3")].find((h) => h.textContent.startsWith("The SQL"));
        const block = sql === undefined ? "" : sql.parentElement.querySelector(".sql").textContent;
        return {
          statements: block.replace(/^--.*\\n/gm, "").split(/;(?:\\n\\n|$)/).filter(Boolean),
          checks: [...verify.querySelectorAll("tbody tr")].map((row) => [...row.children].map((c) => c.textContent)),
          migrations: [...missing.querySelectorAll("tbody tr")].map((row) => [...row.children].map((c) => c.textContent)),
        };
      })()`)) as { statements: string[]; checks: string[][]; migrations: string[][] };
      expect(shown.statements, name).toEqual(document.statements);
      expect(shown.migrations, name).toEqual(
        document.migrations.map((m) => [`${m.id} ${m.name}`, m.status, m.missing.join("\n")]),
      );
      expect(
        shown.checks.map(([object, expected, actual, word]) => [object, expected, actual, word?.[0]]),
        name,
      ).toEqual(
        document.checks.map(({ object, expected, actual, ok }) => [
          ...[object, expected, actual ?? "nothing"],
          ok ? "✓" : "✗",
        ]),
      );
    }
    expect(errors).toEqual([]);
  });
});
