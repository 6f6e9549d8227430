import { describe, expect, it } from "vitest";
import { allowsColor, makeStyle } from "../../src/screen/style.js";

const terminal = { isTTY: true, columns: 100 };
const pipe = { isTTY: false, columns: undefined };

describe("color", () => {
  it.each([
    ["in a terminal", terminal, {}],
    ["with an empty NO_COLOR", terminal, { NO_COLOR: "" }],
    ["in a pipe with FORCE_COLOR=1", pipe, { FORCE_COLOR: "1" }],
    ["in a pipe with FORCE_COLOR=3", pipe, { FORCE_COLOR: "3" }],
    ["in a dumb terminal with FORCE_COLOR=1", terminal, { TERM: "dumb", FORCE_COLOR: "1" }],
  ])("is used %s, unless a flag says otherwise", (_, where, env) => {
    expect(allowsColor(where, env)).toBe(true);
    expect(makeStyle(where, env, true).good("x")).toBe("\x1b[32mx\x1b[39m");
    expect(makeStyle(where, env, false).good("x")).toBe("x");
  });

  it.each([
    ["in a pipe", pipe, {}],
    ["with NO_COLOR=1", terminal, { NO_COLOR: "1" }],
    ["with NO_COLOR=0", terminal, { NO_COLOR: "0" }],
    ["with FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }],
    ["with FORCE_COLOR=false", terminal, { FORCE_COLOR: "false" }],
    ["with both NO_COLOR and FORCE_COLOR", terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }],
    ["in a dumb terminal", terminal, { TERM: "dumb" }],
  ])("is not used %s", (_, where, env) => {
    expect(allowsColor(where, env)).toBe(false);
    expect(makeStyle(where, env, true).good("x")).toBe("x");
    expect(makeStyle(where, env, false).good("x")).toBe("x");
  });
});

describe("width", () => {
  it.each([
    ["is the terminal's", terminal, {}, 100],
    ["is the terminal's, even if COLUMNS differs", terminal, { COLUMNS: "50" }, 100],
    ["is COLUMNS in a pipe", pipe, { COLUMNS: "132" }, 132],
    ["is 80 if nothing says it", pipe, {}, 80],
    ["is 80 if COLUMNS is not a number", pipe, { COLUMNS: "wide" }, 80],
    ["is 80 if the terminal does not know it", { isTTY: true, columns: 0 }, {}, 80],
    ["is at least 20", { isTTY: true, columns: 5 }, {}, 20],
  ])("%s", (_, where, env, width) => {
    expect(makeStyle(where, env, true).width).toBe(width);
  });
});

describe.skipIf(process.platform === "win32")("Unicode symbols", () => {
  it.each([
    { LANG: "en_US.UTF-8" },
    { LANG: "de_DE.utf8" },
    { LC_CTYPE: "C.UTF-8", LANG: "C" },
    { LC_ALL: "", LANG: "en_US.UTF-8" },
  ])("are used with %j", (env) => {
    expect(makeStyle(terminal, env, true).unicode).toBe(true);
  });

  it.each([
    { LANG: "C" },
    {},
    { LC_ALL: "C", LANG: "en_US.UTF-8" },
    { LANG: "en_US.UTF-8", TERM: "linux" },
    { LANG: "en_US.UTF-8", TERM: "dumb" },
  ])("are not used with %j", (env) => {
    expect(makeStyle(terminal, env, true).unicode).toBe(false);
  });
});
