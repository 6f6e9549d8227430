/** `npm run pictures`: records a whole run of the wizard, at a person's pace, as an animated picture. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { keys, Screen } from "../support/terminal.js";
import { animation, type Frame } from "./svg.js";

const project = disposableProjects();
const size = { columns: 90, rows: 36 };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("records a whole run of the wizard", async () => {
  const home = join(project(), "home");
  mkdirSync(home);
  const cwd = join(home, "kv-manager");
  renameSync(project(), cwd);
  await makeLocal(cwd, developmentId, "2025-11-08");
  const screen = new Screen([], {
    cwd,
    ...size,
    env: { HOME: home, USERPROFILE: home, FORCE_COLOR: "1", npm_command: "exec" },
  });
  const frames: Frame[] = [];
  let recording = true;
  const recorder = (async () => {
    for (let before = ""; recording; await pause(100)) {
      const lines = await screen.painted(true);
      const now = JSON.stringify(lines);
      if (now === before) {
        const last = frames.at(-1);
        if (last !== undefined) last.milliseconds += 100;
      } else frames.push({ lines, milliseconds: 100 });
      before = now;
    }
  })();
  const steps: [string, number][] = [
    ["first deployed?", 2000],
    ["Which database do you want", 2000],
    ["Which database?", 2000],
    ["Apply this", 4000],
    ["Continue with another database?", 5000],
  ];
  for (const [question, milliseconds] of steps) {
    await screen.waitFor(question);
    await pause(milliseconds);
    screen.press(keys.enter);
  }
  expect(await screen.exited).toBe(0);
  await pause(1000);
  recording = false;
  await recorder;
  const last = frames.at(-1);
  if (last !== undefined) last.milliseconds += 3000;
  writeFileSync(
    fileURLToPath(new URL("wizard.svg", import.meta.url)),
    animation("A whole run of the wizard on a local database", frames, size.columns, size.rows),
  );
});
