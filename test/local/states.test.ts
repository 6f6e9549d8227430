import { describe, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";

const project = disposableProjects();

// `npm run proof:states` has all 40.
describe("a partly upgraded local database", () => {
  const sample = states.filter((_, i) => i === 9);
  it.each(sample)("is completed and keeps every row: $name", async (state) => {
    await checkState(project(), state);
  });
});
