import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { pendingIn } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal, rowsOf } from "../support/local.js";
import { developmentId } from "../support/project.js";

const project = disposableProjects();
const target = ["--local", "--binding", "kv-manager-metadata-dev"];

// `npm run proof:states` covers the two eras in between.
describe.each(["oldest", "2025-11-22"] as const)("a database of the era %s", (era) => {
  it("is brought up to date with one start of the engine, and a second run writes nothing", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, era);
    const before = dump(file);
    const pending = pendingIn[era];

    const first = await runJson([...target, "--yes"], { cwd });
    expect(first.json.error).toBeNull();
    expect(first.code).toBe(0);
    expect(first.json.outcome).toBe(pending.length > 0 ? "upgraded" : "up-to-date");
    expect(first.json.migrations.filter((m) => m.status === "pending").map((m) => m.id)).toEqual(pending);
    expect(first.json.applied).toBe(pending.length > 0);
    expect(first.json.checks).toHaveLength(6);
    expect(first.json.checks.every((check) => check.ok)).toBe(true);
    expect(first.starts).toEqual([["engine"]]);
    const after = dump(file);
    expect(rowsOf(after)).toEqual(rowsOf(before));

    const second = await runJson([...target, "--yes"], { cwd });
    expect([second.code, second.json.outcome, second.json.applied]).toEqual([0, "up-to-date", false]);
    expect(second.json.statements).toEqual([]);
    expect(second.starts).toHaveLength(1);
    expect(dump(file)).toEqual(after);
  });
});

it("status shows what a database of 2025-11-08 lacks, and changes nothing", async () => {
  const cwd = project();
  const file = await makeLocal(cwd, developmentId, "2025-11-08");
  const before = dump(file);
  const status = await run(["status", ...target], { cwd });
  expect(status.code).toBe(3);
  expect(status.stdout).toMatch(/001 \w+ +│ pending/);
  expect(status.stdout).toMatch(/002 \w+ +│ applied/);
  expect(status.stdout).toMatch(/003 \w+ +│ pending/);
  expect(dump(file)).toEqual(before);
});
