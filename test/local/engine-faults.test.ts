import { describe, expect, it } from "vitest";
import type { Batch, engineFaults, When } from "../support/engine-faults.js";
import { disposableProjects } from "../support/folders.js";
import { surviveEngineFault } from "../support/survive-engine-fault.js";

const project = disposableProjects();

/** A sample; `npm run proof:faults` has all cases. */
const cases: [keyof typeof engineFaults, Batch, When, string][] = [
  ["it dies", "write", "after", "complete"],
  ["workerd is killed", "write", "before", "before"],
];

describe.skipIf(process.platform === "win32").concurrent("a fault of the local engine", () => {
  it.each(cases)("is reported truthfully, with no process left: %s, at the %s, %s it", async (...fault) => {
    const [kind, batch, when, left] = fault;
    expect(await surviveEngineFault(project(), kind, batch, when)).toBe(left);
  });
});
