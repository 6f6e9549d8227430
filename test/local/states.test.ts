import { describe, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";

const project = disposableProjects();

// All 40 are in the longer `npm run proof:states`.
describe("one of the partial states", () => {
  const sample = states.filter((_, i) => i === 9);
  it.each(sample)("$name", async (state) => {
    await checkState(project(), state);
  });
});
