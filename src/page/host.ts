import type * as program from "../lib/host.js";

/** Colours and the like, and titles of windows. Simple on purpose, so that no text makes it slow. */
const sequence = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;

/** What src/lib/host.ts is to the program, in a browser: `#host` leads here when the page is built. */
export const { homeFolder, platform, withoutSequences }: typeof program = {
  // A page knows of none.
  homeFolder: () => "",
  platform: /\bWindows\b/.test(navigator.userAgent) ? "win32" : "linux",
  withoutSequences: (text) => text.replace(sequence, ""),
};
