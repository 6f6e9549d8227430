/** The README's picture of the web page; `npm run pictures` recreates it. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeInBrowser, oneBrowser, stepOf } from "../support/browser.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText } from "../support/inspections.js";

describeInBrowser("the web page", () => {
  const open = oneBrowser();

  it("is captured from the missing parts to the undo statements", async () => {
    const { page } = await open({ viewport: { width: 800, height: 1000 } });
    await page.getByLabel("Which KV Manager").selectOption("1");
    await page.getByLabel("Paste the result here").fill(inspectionText(eraSchemas["2025-11-10"]));
    await page.getByRole("button", { name: "Show what is missing" }).click();
    const section = stepOf(page, 3);
    await section.locator("pre.sql").waitFor();
    const path = fileURLToPath(new URL("page.png", import.meta.url));
    await section.screenshot({
      path,
      style: "section { border: 0 !important; margin: 0 !important; padding: 1rem !important }",
    });
    expect(await section.locator("summary").count()).toBe(2);
  });
});
