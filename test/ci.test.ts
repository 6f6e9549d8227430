import { expect, it } from "vitest";
import { runsInCi } from "../src/lib/ci.js";

it.each([
  [undefined, false],
  ["", false],
  ["false", false],
  ["False", false],
  ["0", false],
  ["true", true],
  ["1", true],
  ["woodpecker", true],
])("runsInCi with CI=%s returns %s", (value, expected) => {
  expect(runsInCi({ CI: value })).toBe(expected);
});
