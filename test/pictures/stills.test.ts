/**
 * The README's stills, made from a real run. This test fails when they no longer match the program; then
 * `npm run pictures` recreates them.
 */
import { statSync } from "node:fs";
import { expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { keys, type Paint, Screen } from "../support/terminal.js";
import { still } from "./svg.js";

const project = disposableProjects();

it("the README's stills match the program's output", async () => {
  const cwd = project();
  await makeLocal(cwd, developmentId, "2025-11-08");
  const screen = new Screen(["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-09"], {
    cwd,
    env: { FORCE_COLOR: "1" },
  });
  await screen.answer("Apply this", keys.enter);
  await screen.answer("Continue with another", keys.enter);
  expect(await screen.exited).toBe(0);
  const all = await screen.painted();
  const part = (from: RegExp, to: RegExp) => {
    const begin = all.findIndex((line) => from.test(words(line)));
    const end = all.findIndex((line, i) => i > begin && to.test(words(line)));
    expect([begin, end]).not.toContain(-1);
    return all.slice(begin, end);
  };
  const preview = part(/^kv-manager-metadata-dev \(local/, /^What changes/).slice(0, -1);
  const table = part(/^Upgraded: 4 statements/, /^To remove what was added/).slice(0, -1);
  await expect(still("What is missing, and the SQL that adds it", preview, 82)).toMatchFileSnapshot(
    "preview.svg",
  );
  await expect(still("The verification table", table, 82)).toMatchFileSnapshot("verification.svg");
});

it("all pictures together are under 300 kB", () => {
  const bytes = ["preview.svg", "verification.svg", "wizard.svg", "page.png"].map(
    (name) => statSync(new URL(name, import.meta.url)).size,
  );
  expect(bytes.reduce((sum, n) => sum + n, 0)).toBeLessThan(300_000);
});

function words(line: Paint[]): string {
  return line.map((paint) => paint.text).join("");
}
