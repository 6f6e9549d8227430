import { describe, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";

const project = disposableProjects();

// Every ninth: this meets four states of the table and of the columns. All 40 are in the longer `npm run proof:states`.
describe("a sample of the partial states", () => {
  const sample = states.filter((_, i) => i % 9 === 4);
  it.each(sample)("$name", async (state) => {
    await checkState(project(), state);
  });
});
