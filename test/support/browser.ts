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

/** The page as published. */
export const pageFile = join(packageFolder, "dist", "page.html");

/** A group of tests that is skipped without Chromium; test/global-setup.ts reports that. */
export const describeInBrowser = describe.skipIf(chromiumPath() === null);

/** An open page, with everything that it has requested and everything that went wrong in it. */
export interface Opened {
  page: Page;
  context: BrowserContext;
  /** The addresses of all requests except the one for the page itself. */
  requests: string[];
  /** Errors in its code, and what the browser has blocked. */
  errors: string[];
}

/** A numbered step of the page. */
export const stepOf = (page: Page, number: number) => page.locator("section").nth(number - 1);

/** The sentence in which a step says how it ended. */
export const summaryOf = (page: Page, number: number) => stepOf(page, number).locator(".end");

/**
 * One browser for the tests of a file.
 * @returns a function that opens the page in its own, isolated window
 */
export function oneBrowser(): (options?: BrowserContextOptions) => Promise<Opened> {
  let browser: Browser | null = null;
  beforeAll(async () => {
    const executablePath = chromiumPath();
    if (executablePath === null) return;
    // Otherwise it leaves files in the user's home folder.
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
