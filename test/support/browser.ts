import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { chromiumPath } from "./browser-path.js";
import { packageFolder } from "./project.js";

/** The page as it is published. */
export const pageFile = join(packageFolder, "dist", "page.html");

/** A group of tests that is left out where there is no Chromium; test/global-setup.ts says so. */
export const describeInBrowser = describe.skipIf(chromiumPath() === null);

/** A page that is open, with all that it has asked for and all that went wrong in it. */
export interface Opened {
  page: Page;
  context: BrowserContext;
  /** The addresses of all requests but the one for the page itself. */
  requests: string[];
  /** Errors of its code, and what the browser has refused it. */
  errors: string[];
}

/**
 * One browser for the tests of a file.
 * @returns opens the page in a window of its own, with nothing of the others
 */
export function oneBrowser(): (options?: BrowserContextOptions) => Promise<Opened> {
  let browser: Browser | null = null;
  beforeAll(async () => {
    const executablePath = chromiumPath();
    if (executablePath === null) return;
    // It leaves files in its user's home folder otherwise.
    const home = mkdtempSync(join(tmpdir(), "home-"));
    browser = await chromium.launch({
      executablePath,
      env: {
        ...(process.env as Record<string, string>),
        HOME: home,
        XDG_CONFIG_HOME: home,
        XDG_CACHE_HOME: home,
      },
      args: [
        ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
      ],
    });
  });
  afterAll(() => browser?.close());
  return async (options = {}) => {
    if (browser === null) throw new Error("there is no Chromium");
    const context = await browser.newContext(options);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const [requests, errors]: [string[], string[]] = [[], []];
    const address = pathToFileURL(pageFile).href;
    context.on("request", (request) => void (request.url() === address || requests.push(request.url())));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
    await page.goto(address);
    return { page, context, requests, errors };
  };
}
