import { describe, expect, it } from "vitest";
import { isSameName, nameKey } from "../../src/plan/names.js";

describe("two names, as SQLite compares them,", () => {
  it.each([
    ["bulk_jobs", "BULK_Jobs"],
    ["a1_$", "A1_$"],
  ])("are the same if only the case of ASCII letters differs: %j and %j", (a, b) => {
    expect(isSameName(a, b)).toBe(true);
    expect(nameKey(a)).toBe(nameKey(b));
  });

  it.each([
    ["É", "é"],
    ["\u212a", "k"],
    ["İ", "i"],
    ["a", "a "],
    ["_", "-"],
  ])("differ otherwise: %j and %j", (a, b) => {
    expect(isSameName(a, b)).toBe(false);
    expect(nameKey(a)).not.toBe(nameKey(b));
  });
});
