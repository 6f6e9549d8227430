import { describe, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";

const project = disposableProjects();

// Two that differ in everything. All 40 are in the longer `npm run proof:states`.
describe("a sample of the partial states", () => {
  const sample = states.filter((_, i) => i % 20 === 9);
  it.each(sample)("$name", async (state) => {
    await checkState(project(), state);
  });
});
