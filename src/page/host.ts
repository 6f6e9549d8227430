import type * as program from "../lib/host.js";

/** Colors and the like, and window titles. Simple on purpose, so that no text makes it slow. */
const sequence = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;

/** The browser's counterpart of src/lib/host.ts: `#host` resolves to this when the page is built. */
export const { homeFolder, platform, withoutSequences }: typeof program = {
  // A page has none.
  homeFolder: () => "",
  platform: /\bWindows\b/.test(navigator.userAgent) ? "win32" : "linux",
  withoutSequences: (text) => text.replace(sequence, ""),
};
