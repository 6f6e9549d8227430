import { describe, expect, it } from "vitest";
import { allowsColor, makeStyle } from "../../src/screen/style.js";

const terminal = { isTTY: true, columns: 100 };
const pipe = { isTTY: false, columns: undefined };

describe("color", () => {
  it.each([
    ["a terminal", terminal, {}, true],
    ["a pipe", pipe, {}, false],
    ["NO_COLOR", terminal, { NO_COLOR: "1" }, false],
    ["NO_COLOR with any text", terminal, { NO_COLOR: "0" }, false],
    ["an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
    ["FORCE_COLOR in a pipe", pipe, { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR=3 in a pipe", pipe, { FORCE_COLOR: "3" }, true],
    ["FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, false],
    ["FORCE_COLOR=false", terminal, { FORCE_COLOR: "false" }, false],
    ["both: NO_COLOR wins", terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ["a dumb terminal", terminal, { TERM: "dumb" }, false],
    ["a dumb terminal with FORCE_COLOR", terminal, { TERM: "dumb", FORCE_COLOR: "1" }, true],
  ])("%s", (_, where, env, expected) => {
    expect(allowsColor(where, env)).toBe(expected);
    expect(makeStyle(where, env, true).good("x")).toBe(expected ? "\x1b[32mx\x1b[39m" : "x");
    expect(makeStyle(where, env, false).good("x")).toBe("x");
  });
});

describe("width", () => {
  it.each([
    ["the terminal's", terminal, {}, 100],
    ["the terminal's before COLUMNS", terminal, { COLUMNS: "50" }, 100],
    ["COLUMNS without a terminal", pipe, { COLUMNS: "132" }, 132],
    ["80 where nothing says it", pipe, {}, 80],
    ["80 where COLUMNS is no number", pipe, { COLUMNS: "wide" }, 80],
    ["80 where the terminal does not know", { isTTY: true, columns: 0 }, {}, 80],
    ["at least 20", { isTTY: true, columns: 5 }, {}, 20],
  ])("%s", (_, where, env, width) => {
    expect(makeStyle(where, env, true).width).toBe(width);
  });
});

describe.skipIf(process.platform === "win32")("Unicode symbols", () => {
  it.each([
    [{ LANG: "en_US.UTF-8" }, true],
    [{ LANG: "de_DE.utf8" }, true],
    [{ LANG: "C" }, false],
    [{}, false],
    [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, false],
    [{ LC_CTYPE: "C.UTF-8", LANG: "C" }, true],
    [{ LC_ALL: "", LANG: "en_US.UTF-8" }, true],
    [{ LANG: "en_US.UTF-8", TERM: "linux" }, false],
    [{ LANG: "en_US.UTF-8", TERM: "dumb" }, false],
  ])("%j: %s", (env, unicode) => {
    expect(makeStyle(terminal, env, true).unicode).toBe(unicode);
  });
});
