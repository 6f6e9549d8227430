import { describe, expect, it } from "vitest";
import { wrap, wrapHard } from "../../src/screen/wrap.js";

describe("wrap", () => {
  it.each([
    ["nothing", "", ""],
    ["what fits", "one two", "one two"],
    ["what is just as wide", "one two three", "one two\nthree"],
    ["a word too long", "a abcdefghijklmno b", "a\nabcdefghijklmno\nb"],
    ["lines of its own", "one two three\n\nfour five six", "one two\nthree\n\nfour five\nsix"],
    ["a command", "Do it:\n  npx kv one two three", "Do it:\n  npx kv one two three"],
    ["a list", "Of these:\n  one two three\n  four five six", "Of these:\n  one two three\n  four five six"],
    ["a deeper indentation", "    one two three", "    one two three"],
    ["prose behind a command", "  one two three\none two three", "  one two three\none two\nthree"],
  ])("%s", (_, text, lines) => {
    expect(wrap(text, 10)).toBe(lines);
  });

  it("counts no colours", () => {
    expect(wrap("\x1b[31mone two\x1b[39m", 10)).toBe("\x1b[31mone two\x1b[39m");
  });
});

it("wrapHard breaks a word where it has to", () => {
  expect(wrapHard("abcdefghijklmno", 10)).toBe("abcdefghij\nklmno");
});
