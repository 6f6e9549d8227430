import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { inspectionQuery } from "../../src/database/inspection-query.js";
import { encodeSnapshot } from "../../src/database/snapshot-json.js";
import { neededBy } from "../../src/plan/kv-manager.js";
import { loadCatalog } from "../../src/plan/read-catalog.js";
import { snapshotBlock } from "../../src/saved-schema/snapshot-block.js";
import { snapshotIn } from "../../src/saved-schema/snapshot-in-text.js";
import { describeInBrowser, type Opened, oneBrowser, stepOf, summaryOf } from "../support/browser.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText, wranglersAnswer } from "../support/inspections.js";
import { pastedForms } from "../support/pasted-forms.js";

const cell = inspectionText(eraSchemas["2025-11-10"]);
const answer = wranglersAnswer(eraSchemas["2025-11-10"]);
const { snapshot } = snapshotIn(cell, "It");
const report = (more: object) =>
  `# KV Manager upgrade: support report\n\n## Schema\n\n${snapshotBlock({ ...encodeSnapshot(snapshot), ...more }, neededBy("2", loadCatalog()))}\n`;

const clipboard = (page: Page) => page.evaluate("navigator.clipboard.readText()") as Promise<string>;

describeInBrowser("the page", () => {
  const open = oneBrowser();
  let shared: Opened | null = null;
  const openWithClipboard = () => open({ permissions: ["clipboard-read", "clipboard-write"] });

  it("sends no request and stores nothing, whatever the user does", async () => {
    const { page, requests, errors } = await openWithClipboard();
    await page.getByLabel("Which KV Manager").selectOption("2.3");
    await page.getByLabel("Paste the result here").fill(answer);
    await page.getByLabel("Paste the error text").fill("fetch failed");
    await stepOf(page, 5).locator("h3").waitFor();
    const saved = page.waitForEvent("download");
    await stepOf(page, 3).getByRole("button", { name: "Download" }).click();
    await saved;
    await page.reload();
    expect(await page.getByLabel("Paste the result here").inputValue()).toBe("");
    expect(
      await page.evaluate("[localStorage.length, document.cookie, location.hash, location.search]"),
    ).toEqual([0, "", "", ""]);
    // A download goes from the page to the disk.
    expect(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("blob:"))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it.each<[string, string]>([
    ...pastedForms(eraSchemas["2025-11-10"]),
    ["a snapshot", JSON.stringify(encodeSnapshot(snapshot))],
    ["a report", report({})],
  ])("reads %s", async (_, text) => {
    shared ??= await open();
    const { page } = shared;
    await page.getByLabel("Paste the result here").fill("");
    await expect.poll(() => summaryOf(page, 3).textContent()).toBe("");
    await page.getByLabel("Paste the result here").fill(text);
    await expect
      .poll(() => summaryOf(page, 3).textContent())
      .toBe("1 statement pending; nothing was changed.");
    expect(await stepOf(page, 3).locator("pre.sql").textContent()).toContain(
      "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;",
    );
  });

  it("says that it needs JavaScript", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator("main").innerText()).toContain("This page needs JavaScript");
  });

  it("predicts from the date alone and says so", async () => {
    const { page } = await open();
    expect(await stepOf(page, 3).textContent()).toContain("Paste a result in step 2");
    await page.getByLabel("When was KV Manager first deployed").fill("2025-11-09");
    const text = await stepOf(page, 3).textContent();
    expect(await summaryOf(page, 3).textContent()).toBe("4 statements pending; nothing was changed.");
    expect(text).toContain("Predicted for a first deployment on 2025-11-09, without looking at a database.");
    expect(text).toContain("This is a prediction");
    expect(text).toContain("KV Manager 2 needs more: choose it in step 1");
    await page.getByLabel("When was KV Manager first deployed").fill("2099-01-01");
    expect(await summaryOf(page, 3).textContent()).toBe('"2099-01-01" is in the future.');
    await page.getByLabel("When was KV Manager first deployed").fill("2025-11-22");
    expect(await summaryOf(page, 3).textContent()).toBe("Nothing should be pending.");
  });

  it("uses the version and database from a report unless the user chooses another version", async () => {
    const { page } = await open();
    const target = { location: "local", binding: "METADATA", database: "mine", config: "a.toml" };
    await page.getByLabel("Paste the result here").fill(
      report({
        kvManager: { version: "2.1.0", from: "checkout" },
        target: { ...target, env: null, persistTo: null },
      }),
    );
    await expect.poll(() => stepOf(page, 3).textContent()).toContain("Planned for KV Manager 2.1.0");
    expect(await stepOf(page, 3).textContent()).toContain(
      'npx wrangler d1 execute mine --local --config a.toml --command="ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;"',
    );
    expect(await stepOf(page, 3).textContent()).not.toContain("monitoring");
    await page.getByLabel("Which KV Manager").selectOption("2.3");
    expect(await stepOf(page, 3).textContent()).toContain("Planned for KV Manager 2.3, as you chose.");
    expect(await stepOf(page, 3).textContent()).toContain("monitoring_state");
  });

  it("copies the query, the SQL, the commands and the undo statements, and downloads the SQL", async () => {
    const { page } = await openWithClipboard();
    await stepOf(page, 2).getByRole("button", { name: "Copy the query" }).click();
    await stepOf(page, 2).getByText("Copied.").waitFor();
    expect(await clipboard(page)).toBe(inspectionQuery);
    await stepOf(page, 2).getByText("With wrangler in a terminal instead").click();
    await stepOf(page, 2).getByRole("button", { name: "Copy the wrangler command" }).click();
    await expect
      .poll(() => clipboard(page))
      .toBe(`npx wrangler d1 execute kv-manager-metadata --remote --json --command="${inspectionQuery}"`);
    await page.getByLabel("Paste the result here").fill(inspectionText(eraSchemas.oldest));
    const missing = stepOf(page, 3);
    await missing.getByRole("button", { name: "Copy for the D1 console" }).click();
    await missing.getByText("Copied.").waitFor();
    const lines = (await clipboard(page)).split("\n");
    expect(lines).toHaveLength(6);
    // A console that drops line breaks must read the same.
    for (const line of lines) expect(line).toMatch(/^(CREATE|ALTER) (?!.*--).*;$/);
    await missing.getByText("The wrangler commands").click();
    await missing.getByRole("button", { name: "Copy the commands" }).click();
    await expect.poll(async () => (await clipboard(page)).split("\n").length).toBe(6);
    expect(await clipboard(page)).toMatch(
      /^npx wrangler d1 execute kv-manager-metadata --remote --command="/,
    );
    await missing.getByText("Remove the additions again").click();
    await missing.getByRole("button", { name: "Copy these statements" }).click();
    await expect
      .poll(async () => (await clipboard(page)).split("\n").at(-1))
      .toBe("DROP TABLE job_audit_events;");
    const saved = page.waitForEvent("download");
    await missing.getByRole("button", { name: "Download" }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe("kv-manager-upgrade.sql");
    const text = readFileSync(await file.path(), "utf8");
    expect(text).toBe(`${await missing.locator("pre.sql").textContent()}\n`);
    expect(text).toMatch(/^-- .*\nCREATE TABLE IF NOT EXISTS job_audit_events \(\n/);
  });

  it("selects the text if the browser does not allow copying", async () => {
    const { page } = await open();
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.reload();
    await page.getByLabel("Paste the result here").fill(cell);
    await stepOf(page, 3).getByRole("button", { name: "Copy for the D1 console" }).click();
    await stepOf(page, 3).getByText("press Ctrl+C").waitFor();
    expect(await page.evaluate("getSelection().toString()")).toBe(
      "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;",
    );
  });

  it("can be used with the keyboard alone", async () => {
    const { page } = await openWithClipboard();
    const tabTo = async (name: string) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press("Tab");
        const at = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent";
        if (((await page.evaluate(at)) as string).startsWith(name)) return;
      }
      throw new Error(`${name} is not reached`);
    };
    const paste = async (text: string) => {
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
      await page.keyboard.press("ControlOrMeta+V");
    };
    await tabTo("Which KV Manager");
    await page.keyboard.type("KV Manager 2.0");
    await tabTo("Copy the query");
    await page.keyboard.press("Enter");
    await expect.poll(() => clipboard(page)).toBe(inspectionQuery);
    await tabTo("Paste the result here");
    await paste(cell);
    await tabTo("Show what is missing");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("3. What is missing");
    expect(await summaryOf(page, 3).textContent()).toBe("3 statements pending; nothing was changed.");
    await tabTo("Copy for the D1 console");
    await page.keyboard.press("Space");
    await expect.poll(async () => (await clipboard(page)).split("\n").length).toBe(3);
    await tabTo("Paste the new result here");
    await paste(inspectionText(`${eraSchemas["2025-11-10"]}\n${await clipboard(page)}`));
    await tabTo("Verify");
    await page.keyboard.press("Enter");
    expect(await summaryOf(page, 4).textContent()).toBe(
      "Verified: the database has everything that KV Manager 2.0 needs.",
    );
    await tabTo("Paste the error text");
    await paste("D1_ERROR: duplicate column name: metadata");
    await tabTo("Explain it");
    await page.keyboard.press("Enter");
    expect(await summaryOf(page, 5).textContent()).toBe("Found 1 known error.");
  });

  it("shows what remains when only part of the SQL was run", async () => {
    const { page } = await open();
    await page.getByLabel("Paste the result here").fill(inspectionText(eraSchemas.oldest));
    await page.getByLabel("Paste the new result here").fill(inspectionText(eraSchemas["2025-11-10"]));
    await expect.poll(() => summaryOf(page, 4).textContent()).toBe("Not finished: 1 statement still to run.");
    expect(await stepOf(page, 4).locator("pre.sql").textContent()).toContain("ADD COLUMN metadata TEXT;");
    expect(await stepOf(page, 4).locator("tbody tr").count()).toBe(6);
    expect(await stepOf(page, 4).getByText("✗ missing").count()).toBe(1);
    await page.getByLabel("Paste the new result here").fill(inspectionText(eraSchemas["2025-11-22"]));
    await expect
      .poll(() => summaryOf(page, 4).textContent())
      .toBe("Verified: the database has everything that KV Manager 1 needs.");
    expect(await stepOf(page, 4).textContent()).toContain("deploy the new version of KV Manager");
  });

  it("keeps an open section open while other steps change", async () => {
    const { page } = await open();
    await page.getByLabel("Paste the result here").fill(cell);
    await stepOf(page, 3).getByText("Remove the additions again").click();
    await page.getByLabel("Paste the new result here").fill(answer);
    await stepOf(page, 4).getByRole("button", { name: "Verify" }).click();
    await expect.poll(() => summaryOf(page, 4).textContent()).toContain("Not finished");
    expect(await stepOf(page, 3).getByRole("button", { name: "Copy these statements" }).isVisible()).toBe(
      true,
    );
  });

  it("hides a secret in a schema", async () => {
    const { page } = await open();
    const schema = `${eraSchemas["2025-11-10"]}\nALTER TABLE bulk_jobs ADD COLUMN metadata TEXT DEFAULT 'me@example.com';`;
    await page.getByLabel("Paste the new result here").fill(inspectionText(schema));
    await expect
      .poll(() => stepOf(page, 4).locator("table").textContent())
      .toContain("ok (definition differs)");
    expect(await stepOf(page, 4).textContent()).toContain("[e-mail hidden]");
    expect(await page.locator("main").innerText()).not.toContain("me@example.com");
  });

  it("explains an error text, hides its secrets, and says when the error is unknown", async () => {
    const { page } = await open();
    const box = page.getByLabel("Paste the error text");
    await box.fill("✘ [ERROR] fetch failed\nand: duplicate column name: metadata");
    await expect.poll(() => summaryOf(page, 5).textContent()).toBe("Found 2 known errors.");
    expect(await stepOf(page, 5).locator("pre").allTextContents()).toContain(
      "npx kv-manager-upgrade --remote --binding kv-manager-metadata",
    );
    expect(await stepOf(page, 5).textContent()).toContain("steps 1 to 4 of this page");
    await box.fill("the dog ate it");
    await expect
      .poll(() => summaryOf(page, 5).textContent())
      .toContain("This error is not known to this program");
    // A secret in the text is not shown, because users share screenshots of the page.
    await box.fill("fetch failed with Bearer abcdefghijklmnopqrstuvwxyz0123456789ABCD for me@example.com");
    await expect.poll(() => summaryOf(page, 5).textContent()).toBe("Found 1 known error.");
    expect(await stepOf(page, 5).locator("h3").textContent()).not.toMatch(/abcdefghij|me@example/);
  });
});
