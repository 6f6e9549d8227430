import { describe, expect, it } from "vitest";
import type { Batch, engineFaults, When } from "../support/engine-faults.js";
import { disposableProjects } from "../support/folders.js";
import { surviveEngineFault } from "../support/survive-engine-fault.js";

const project = disposableProjects();

/** Some of them; `npm run proof:faults` has all. */
const cases: [keyof typeof engineFaults, Batch, When, string][] = [
  ["it dies", "write", "after", "complete"],
  ["workerd is killed", "write", "before", "before"],
];

describe.skipIf(process.platform === "win32").concurrent("something goes wrong with the engine", () => {
  it.each(cases)("%s, about the %s, %s it: the truth is told, and nothing is left", async (...fault) => {
    const [kind, batch, when, left] = fault;
    expect(await surviveEngineFault(project(), kind, batch, when)).toBe(left);
  });
});
