import { describe, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";
import { titled } from "../support/titles.js";

const project = disposableProjects();

// `npm run proof:states` has all 40.
describe("a partly upgraded local database", () => {
  const sample = states.filter((_, i) => i === 9);
  it.each(titled(sample, ({ name }) => name))("is completed and keeps every row: %s", async (_, state) => {
    await checkState(project(), state);
  });
});
