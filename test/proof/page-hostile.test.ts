import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { inspectionQuery } from "../../src/database/inspection-query.js";
import { describeInBrowser, type Opened, oneBrowser, stepOf, summaryOf } from "../support/browser.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText } from "../support/inspections.js";

/** Milliseconds without a response after which a page counts as frozen. */
const frozen = 3000;

/** Copies a text, so that it can be pasted from the clipboard as a user would. */
async function copy(page: Page, text: string): Promise<void> {
  // The longest one is created in the page: sending it takes longer than all the rest.
  const code = text === long ? '"x".repeat(20_000_000)' : JSON.stringify(text);
  await page.evaluate(`navigator.clipboard.writeText(${code})`);
}

const long = "x".repeat(20_000_000);

/** Pastes what was copied into a box, replacing its contents. */
async function paste(page: Page, label: string): Promise<void> {
  await page.getByLabel(label).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+V");
}

/** Does some work and returns the longest time, in milliseconds, for which the page did nothing else. */
async function busyDuring(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(`
    window.busy = 0;
    window.last = performance.now();
    window.beat = setInterval(() => {
      const now = performance.now();
      window.busy = Math.max(window.busy, now - window.last);
      window.last = now;
    }, 20);
  `);
  await work();
  return (await page.evaluate(
    "new Promise((done) => setTimeout(() => { clearInterval(beat); done(busy); }, 60))",
  )) as number;
}

const inspection = (tables: object[], objects: object[] = []) =>
  JSON.stringify({ inspection: 1, objects, tables });
const table = (name: string) => ({
  ...{ name, withoutRowid: 0, strict: 0, references: [], indexes: [] },
  columns: ["id", "a", "b", "c"].map((column) => ({
    ...{ name: column, type: "TEXT", notNull: 0, default: null, primaryKey: 0, hidden: 0 },
  })),
});
const many = (count: number) => Array.from({ length: count }, (_, i) => table(`table_${i}`));
const ours = JSON.parse(inspectionText(eraSchemas["2025-11-10"])) as { tables: object[]; objects: object[] };
const jobs = ours.tables.find((t) => (t as { name: string }).name === "bulk_jobs") as {
  columns: Record<string, unknown>[];
};

const pastes: [name: string, text: () => string, says: string][] = [
  ["of 20 MB", () => long, "The text is larger than 2 MB."],
  [
    "of 59,000 characters in 1,900 lines",
    () => `${"x".repeat(30)}\n`.repeat(1900),
    "The text has no database schema in it.",
  ],
  ["of 2 MB of brackets", () => "[{\n".repeat(690_000), "The text has no database schema in it."],
  [
    "of 2 MB of beginnings",
    () => '{"inspection":1,\n'.repeat(110_000),
    "The schema in the text is damaged: part of it is missing, or was changed by copying.",
  ],
  [
    "of the query itself",
    () => ` ${inspectionQuery}\n`,
    "That is the query itself. Run it in the D1 console, and paste what the console shows.",
  ],
  ["of nonsense", () => "the dog ate it\n", "The text has no database schema in it."],
  [
    "of somebody's HTML",
    () =>
      `<!doctype html><body onload="alert(1)"><img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`,
    "The text has no database schema in it.",
  ],
  [
    "of half a schema",
    () => inspectionText(eraSchemas.oldest).slice(0, 900),
    "The schema in the text is damaged: part of it is missing, or was changed by copying.",
  ],
  [
    "of 5,000 objects of somebody else's",
    () => inspection(many(5000)),
    'The database of this snapshot is not KV Manager\'s: it lacks the table "namespaces" or "key_metadata".',
  ],
  [
    "of KV Manager's schema among 5,000 others",
    () => inspection([...many(5000), ...ours.tables], ours.objects),
    "1 statement pending; nothing was changed.",
  ],
  [
    "of a table with 5,000 columns",
    () =>
      inspection(
        ours.tables.map((t) =>
          t === jobs
            ? {
                ...jobs,
                columns: [
                  ...jobs.columns.map((c) => ({ ...c, type: "BLOB" })),
                  ...many(5000).map((_, i) => ({ ...jobs.columns[0], name: `c${i}`, primaryKey: 0 })),
                ],
              }
            : t,
        ),
        ours.objects,
      ),
    "1 statement pending; nothing was changed.",
  ],
  [
    "of an empty database",
    () => inspection([]),
    "The database of this snapshot is empty, so there is nothing to upgrade.",
  ],
  [
    "of wrangler's error",
    () => "✘ [ERROR] fetch failed",
    "The saved text is not a schema but an error. Cloudflare could not be reached, or its answer was lost. Wrangler said: fetch failed.",
  ],
];

describeInBrowser("a paste", () => {
  const open = oneBrowser();
  let shared: Opened | null = null;

  it.each(pastes)("%s gives one plain sentence and does not freeze the page", async (_, text, says) => {
    shared ??= await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page, errors } = shared;
    await copy(page, text());
    const busy = await busyDuring(page, async () => {
      await paste(page, "Paste the result here");
      await expect.poll(() => summaryOf(page, 3).textContent(), { timeout: 10_000 }).toBe(says);
    });
    expect(busy).toBeLessThan(frozen);
    expect([await page.title(), errors]).toEqual(["Upgrade KV Manager's database", []]);
    // It is one sentence with its details, not a flood.
    expect(await stepOf(page, 3).locator("p").count()).toBeLessThan(30);
  });

  it.each([
    ["of 20 MB", () => long, "The text is larger than 256 kB."],
    ["of 250 kB", () => "fetch failed \\n".repeat(17_000), "Found 1 known error."],
    [
      "of 250 kB of nonsense",
      () => "[code: 1".repeat(30_000),
      "This error is not known to this program, so there is no explanation for it yet.",
    ],
  ])("%s does not freeze the page as an error text either", async (_, text, says) => {
    shared ??= await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page, errors } = shared;
    await copy(page, text());
    const busy = await busyDuring(page, async () => {
      await paste(page, "Paste the error text");
      await expect.poll(() => summaryOf(page, 5).textContent(), { timeout: 10_000 }).toBe(says);
    });
    expect(busy).toBeLessThan(frozen);
    expect(errors).toEqual([]);
  });

  it("with markup in names shows it as text", async () => {
    const { page, requests } = await open();
    const evil = "<img src='http://127.0.0.1:9/x' onerror=document.title='taken'>";
    const schema = `${eraSchemas["2025-11-10"]}\nCREATE VIEW idx_webhooks_enabled AS SELECT 1;\nALTER TABLE bulk_jobs ADD COLUMN metadata "${evil}";\nALTER TABLE bulk_jobs ADD COLUMN "${evil}" TEXT NOT NULL DEFAULT '${evil.replaceAll("'", "''")}';`;
    await page.getByLabel("Which KV Manager").selectOption("2.3");
    for (const label of ["Paste the result here", "Paste the new result here"])
      await page.getByLabel(label).fill(inspectionText(schema));
    await page.getByLabel("Paste the error text").fill(`duplicate column name: ${evil}`);
    await expect.poll(() => stepOf(page, 4).locator("tbody tr").count()).toBeGreaterThan(10);
    await expect.poll(() => stepOf(page, 5).locator("h3").textContent()).toContain("<img");
    expect(await stepOf(page, 4).locator("table").textContent()).toContain("<img");
    expect(await page.locator("img, script:not(body > script)").count()).toBe(0);
    expect([await page.title(), requests]).toEqual(["Upgrade KV Manager's database", []]);
  });
});

describeInBrowser("the policy", () => {
  const open = oneBrowser();

  it("blocks every other script, style, request and form", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const { page, errors } = await open();
      await page.evaluate(`
        const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
        add("script", { textContent: "document.title = 'taken'" });
        add("style", { textContent: "body { display: none }" });
        add("img", { src: "http://${origin}/a.png" });
        add("script", { src: "http://${origin}/a.js" });
        add("iframe", { src: "http://${origin}/" });
        add("link", { rel: "stylesheet", href: "http://${origin}/a.css" });
        add("form", { action: "http://${origin}/", target: "_blank" });
        document.body.lastChild.submit();
        document.body.insertAdjacentHTML("beforeend", "<b onclick=\\"document.title = 'taken'\\">x</b>");
        document.body.lastChild.click();
      `);
      const ways = [
        `fetch("http://${origin}/")`,
        `new Promise((yes, no) => { const s = new WebSocket("ws://${origin}/"); s.onopen = yes; s.onerror = no; })`,
        `new Promise((yes, no) => navigator.sendBeacon("http://${origin}/", "x") ? setTimeout(no, 200) : no())`,
      ];
      for (const way of ways)
        expect(await page.evaluate(`${way}.then(() => "let in", () => "refused")`)).toBe("refused");
      const refused = () => errors.filter((text) => text.includes("Content Security Policy")).length;
      await expect.poll(refused).toBeGreaterThanOrEqual(9);
      expect(await page.title()).toBe("Upgrade KV Manager's database");
      expect(await page.locator("h1").isVisible()).toBe(true);
      expect(asked).toBe(0);
      // Without the policy, the server can be reached.
      await fetch(`http://${origin}/`);
      expect(asked).toBe(1);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
