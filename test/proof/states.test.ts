import { describe, expect, it } from "vitest";
import { checkState } from "../support/check-state.js";
import { disposableProjects } from "../support/folders.js";
import { states } from "../support/states.js";

const project = disposableProjects();

describe("every state that the three migrations can be in", () => {
  it("is one of 40", () => {
    expect(new Set(states.map((state) => state.name)).size).toBe(40);
    expect(new Set(states.map((state) => state.missing.join())).size).toBe(40);
  });

  it.each(states)("$name", async (state) => {
    await checkState(project(), state);
  });
});
