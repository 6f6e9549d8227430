import { afterEach, expect, it, vi } from "vitest";
import * as program from "../../src/lib/host.js";

/** Loads the page's replacement for src/lib/host.ts as in a browser; its source uses a browser's types. */
async function inBrowser(userAgent: string): Promise<typeof program> {
  vi.resetModules();
  vi.stubGlobal("navigator", { userAgent });
  const path = "../../src/page/host.js";
  return (await import(path)) as typeof program;
}
afterEach(() => vi.unstubAllGlobals());

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150", "win32"],
  ["Mozilla/5.0 (X11; Linux x86_64) Chrome/150", "linux"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605", "linux"],
])("%s gets commands for %s", async (userAgent, expected) => {
  expect((await inBrowser(userAgent)).platform).toBe(expected);
});

it("the page removes the same escape sequences as the program", async () => {
  const page = await inBrowser("");
  expect(Object.keys(page).sort()).toEqual(Object.keys(program).sort());
  for (const text of [
    ...["plain", "\x1b[31mred\x1b[0m", "\x1b[2J\x1b[1;1H", "\x1b]0;title\x07text", "\x1b[38;5;12mblue"],
    ...["\x1b]8;;https://example.com\x07link\x1b]8;;\x07", "[31m no escape", "a\nb\tc", "é – ❤"],
  ])
    expect(page.withoutSequences(text)).toBe(program.withoutSequences(text));
});

it("the page removes repeated partial sequences in under two seconds", async () => {
  const { withoutSequences } = await inBrowser("");
  const began = performance.now();
  for (const part of ["\x1b", "\x1b[", "\x1b]", "\x1b[0;", "\x1b]0;a"])
    withoutSequences(part.repeat(100_000));
  expect(performance.now() - began).toBeLessThan(2000);
});
