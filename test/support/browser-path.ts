import { existsSync } from "node:fs";

/** Where systems have a Chromium, or what is one by another name. */
const places = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The Chromium to test with: the one that CHROMIUM names, else one that the system has; null where none is. */
export function chromiumPath(): string | null {
  const named = process.env.CHROMIUM;
  return named ? named : (places.find((path) => existsSync(path)) ?? null);
}
