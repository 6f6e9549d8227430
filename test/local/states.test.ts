import { describe, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";

const project = disposableProjects();

// Every seventh: with 5 × 8 states this meets each state of the table and each of the columns. All 40 are in
// the longer `npm run proof:states`.
describe("a sample of the partial states", () => {
  const sample = states.filter((_, i) => i % 7 === 3);
  it.each(sample)("$name", async (state) => {
    await checkState(project(), state);
  });
});
