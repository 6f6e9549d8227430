import { existsSync } from "node:fs";

/** Where systems install Chromium, or the same browser under another name. */
const places = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The Chromium to test with: the one in CHROMIUM, else the system's; null if there is none. */
export function chromiumPath(): string | null {
  const named = process.env.CHROMIUM;
  return named ? named : (places.find((path) => existsSync(path)) ?? null);
}
