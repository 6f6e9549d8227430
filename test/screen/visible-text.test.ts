import { expect, it } from "vitest";
import { Problem } from "../../src/lib/problem.js";
import { visibleText } from "../../src/lib/visible-text.js";

it.each([
  ["plain text", "kv-manager (é, 名, 😀)", "kv-manager (é, 名, 😀)"],
  ["nothing", "", ""],
  ["a color", "a\x1b[31mred\x1b[0m", "ared"],
  ["a moved cursor and a cleared screen", "a\x1b[2J\x1b[1;1Hb", "ab"],
  ["a window title", "a\x1b]0;title\x07b", "ab"],
  ["a bare escape", "a\x1b", "a\\x1b"],
  ["newlines and tabs", "a\nb\r\n\tc", "a\\x0ab\\x0d\\x0a\\x09c"],
  ["a bell, a backspace, a zero", "\x07\x08\x00", "\\x07\\x08\\x00"],
  ["delete and the eight-bit controls", "\x7f\x85\x9f", "\\x7f\\x85\\x9f"],
  ["text turned around", "abc\u202etxt.exe\u2066", "abc\\u{202e}txt.exe\\u{2066}"],
  ["invisible characters", "a\u200bb\ufeffc\u00add", "a\\u{200b}b\\u{feff}c\\xadd"],
  ["other line ends", "a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
  ["hidden tags", "a\u{e0041}", "a\\u{e0041}"],
])("makes control and invisible characters visible: %s", (_, text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

it("a problem contains only visible text and keeps its line breaks", () => {
  const { message, advice, code } = new Problem(
    "USAGE",
    "a\x1b[2J\n\u202eb\tc",
    "Do \x1b]0;t\x07it:\n  x\x9b",
  );
  expect([code, message, advice]).toEqual(["USAGE", "a\n\\u{202e}b\\x09c", "Do it:\n  x\\x9b"]);
});
