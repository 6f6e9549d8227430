import { describe, expect, it } from "vitest";
import { withOwnCommand } from "../../src/lib/own-command.js";
import { programName } from "../../src/lib/program-name.js";
import { wrap, wrapHard } from "../../src/screen/wrap.js";

describe("wrap", () => {
  it.each([
    ["nothing", "", ""],
    ["what fits", "one two", "one two"],
    ["what is just as wide", "one two three", "one two\nthree"],
    ["a word too long", "a abcdefghijklmno b", "a\nabcdefghijklmno\nb"],
    ["existing line breaks", "one two three\n\nfour five six", "one two\nthree\n\nfour five\nsix"],
    ["a command", "Do it:\n  npx kv one two three", "Do it:\n  npx kv one two three"],
    ["a list", "Of these:\n  one two three\n  four five six", "Of these:\n  one two three\n  four five six"],
    ["a deeper indentation", "    one two three", "    one two three"],
    ["prose behind a command", "  one two three\none two three", "  one two three\none two\nthree"],
  ])("%s", (_, text, lines) => {
    expect(wrap(text, 10)).toBe(lines);
  });

  it("inserts the program's name as the user can start it before measuring", () => {
    const text = 'See how the database stands with "kv-manager-upgrade status". Then go on.';
    const lines = wrap(text, 56).split("\n");
    expect(lines).toEqual(["See how the database stands with", `"${programName} status". Then go on.`]);
    // A second pass on the way to the screen changes nothing.
    expect(withOwnCommand(lines.join("\n"), programName)).toBe(lines.join("\n"));
  });

  it("keeps a quoted command on one line", () => {
    expect(wrap('Log in with "npx wrangler login", then go on.', 20)).toBe(
      'Log in with\n"npx wrangler login",\nthen go on.',
    );
    expect(wrap('He said "and so on and on".', 12)).toBe('He said "and\nso on and\non".');
  });

  it("ignores color codes when measuring", () => {
    expect(wrap("\x1b[31mone two\x1b[39m", 10)).toBe("\x1b[31mone two\x1b[39m");
  });
});

it("wrapHard breaks a word that is too long", () => {
  expect(wrapHard("abcdefghijklmno", 10)).toBe("abcdefghij\nklmno");
});
