import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInBrowser, oneBrowser, stepOf } from "../support/browser.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText } from "../support/inspections.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const schemes = ["light", "dark"] as const;

/** Fills the page so that all of its parts show, with existing, missing and conflicting objects. */
async function fill(page: Page): Promise<void> {
  const half = `${eraSchemas["2025-11-10"]}\nCREATE VIEW idx_webhooks_enabled AS SELECT 1;`;
  await page.getByLabel("Which KV Manager").selectOption("2.3");
  await page.getByLabel("Paste the result here").fill(inspectionText(eraSchemas["2025-11-08"]));
  await page.getByLabel("Paste the new result here").fill(inspectionText(half));
  await page.getByLabel("Paste the error text").fill("duplicate column name: current_key\nfetch failed");
  await expect.poll(() => stepOf(page, 5).locator("h3").count()).toBe(2);
  await expect.poll(() => stepOf(page, 4).locator("tbody tr").count()).toBeGreaterThan(10);
  await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true;");
}

/** Returns the widths of the content and the window, in pixels. */
const widths = (page: Page) =>
  page.evaluate(`[document.documentElement.scrollWidth, innerWidth]`) as Promise<[number, number]>;

describeInBrowser("the page looks as it should", () => {
  const open = oneBrowser();

  it.each(schemes)("passes axe in the %s scheme, empty and filled", async (colorScheme) => {
    // Only so that axe can be injected; the policy has its own test.
    const { page, errors } = await open({ colorScheme, bypassCSP: true });
    await page.addScriptTag({ content: axe });
    const violations = async () => {
      const found = (await page.evaluate("axe.run(document).then((r) => r.violations)")) as {
        id: string;
        nodes: { html: string; failureSummary: string }[];
      }[];
      return found.map(({ id, nodes }) => [id, nodes.map((n) => `${n.html} ${n.failureSummary}`)]);
    };
    expect(await violations()).toEqual([]);
    await fill(page);
    expect(await violations()).toEqual([]);
    // axe does find a real problem.
    await page.evaluate("document.querySelector('label').remove()");
    expect((await violations()).map(([id]) => id)).toContain("select-name");
    expect(errors).toEqual([]);
  });

  // PAGE_PICTURES=folder keeps the screenshots for inspection.
  it.each(schemes.flatMap((colorScheme) => [320, 768, 1280].map((width) => [colorScheme, width] as const)))(
    "fits the window in the %s scheme at %i pixels",
    async (colorScheme, width) => {
      const { page } = await open({ colorScheme, viewport: { width, height: 900 } });
      await fill(page);
      const [content, window] = await widths(page);
      expect(content).toBeLessThanOrEqual(window);
      const folder = process.env.PAGE_PICTURES;
      // The full page is about ten windows high, which takes a while.
      const whole = folder && { fullPage: true, path: join(folder, `page-${width}-${colorScheme}.png`) };
      const picture = await page.screenshot(whole || {});
      expect(picture.length).toBeGreaterThan(10_000);
      const ground = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
      expect(ground).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(21, 24, 28)");
    },
  );

  it("cuts nothing off at a text size of 200 %", async () => {
    const { page } = await open({ viewport: { width: 640, height: 900 } });
    // The size that a user has set in the browser; the styles are relative to it.
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    await fill(page);
    const [content, window] = await widths(page);
    expect(content).toBeLessThanOrEqual(window);
    const cut = await page.evaluate(`[...document.querySelectorAll("button, p, pre, td, th, dd, li, summary")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && e.clientWidth > 1)
      .map((e) => e.outerHTML.slice(0, 200))`);
    expect(cut).toEqual([]);
  });

  it("prints the findings without boxes and buttons", async () => {
    const { page } = await open();
    await fill(page);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("textarea:visible, button:visible").count()).toBe(0);
    for (const text of ["What is there and what is missing", "ALTER TABLE", "✗ missing", "What it means"])
      expect(await page.getByText(text).first().isVisible()).toBe(true);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  });

  it("animates nothing, and says in words what colors mean", async () => {
    const { page } = await open();
    await fill(page);
    expect(await page.evaluate("document.getAnimations().length")).toBe(0);
    const colored = await page.locator(":is(.good, .bad, .warn, .there)").allTextContents();
    expect(colored.length).toBeGreaterThan(20);
    for (const text of colored)
      expect(text).toMatch(
        /applied|pending|partial|conflict|present|missing|ok|Not finished|statement|known/,
      );
  });

  it("announces results, and has headings and labels for screen readers", async () => {
    const { page } = await open();
    await fill(page);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual([
      ...["1. Which KV Manager", "2. What the database has", "3. What is missing", "4. Verify"],
      "5. Explain an error",
    ]);
    const heard = await page.getByRole("status").allTextContents();
    expect(heard.filter(Boolean)).toHaveLength(3);
    for (const [box, hint] of [
      ["Paste the result here", "What the console shows"],
      ["Paste the new result here", "The same query as in step 2"],
      ["Paste the error text or a whole log", "From this program"],
    ] as const)
      expect(
        await page
          .getByRole("textbox", { name: box })
          .getAttribute("aria-describedby")
          .then((ids) => page.locator(`#${(ids ?? "").split(" ")[0]}`).textContent()),
      ).toContain(hint);
    expect(await page.getByRole("columnheader", { name: "Expected" }).count()).toBe(1);
    expect(await page.getByRole("rowheader", { name: "table webhooks" }).count()).toBe(1);
  });
});
