import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser, oneBrowser, stepOf } from "../support/browser.js";
import { eraSchemas, seedRows } from "../support/eras.js";
import { D1Engine } from "../support/loopback-d1.js";

/** Escapes a text for HTML. */
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Stands in for the D1 console: a form that runs SQL on a real D1 engine and shows a table or JSON. */
class Console {
  private readonly server: Server;
  private readonly engine: D1Engine;
  private readonly slot: number;

  constructor(engine: D1Engine) {
    this.engine = engine;
    this.slot = engine.open();
    this.server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const form = new URLSearchParams(body);
      const sql = form.get("sql") ?? "";
      response.setHeader("content-type", "text/html; charset=utf-8");
      const shown = sql === "" ? "" : await this.answer(sql, form.get("as") ?? "table");
      response.end(
        `<!doctype html><form method="post"><textarea name="sql" aria-label="SQL"></textarea><select name="as" aria-label="As"><option>table<option>JSON</select><button>Run</button></form><div id="answer">${shown}</div>`,
      );
    });
  }

  /** Runs one statement after the other, each separately; it does not support line breaks. */
  private async answer(sql: string, as: string): Promise<string> {
    const results: Record<string, unknown>[][] = [];
    for (const statement of sql
      .replaceAll("\n", " ")
      .split(";")
      .filter((text) => text.trim() !== "")) {
      const [outcome] = await this.engine.batch(this.slot, [{ sql: statement }]);
      results.push(outcome?.results ?? []);
    }
    if (as === "JSON")
      return `<pre>${escaped(
        JSON.stringify(
          results.map((rows) => ({ results: rows, success: true, meta: {} })),
          null,
          2,
        ),
      )}</pre>`;
    const [first] = results.at(-1) ?? [];
    if (first === undefined) return "<p>Done.</p>";
    const cells = (texts: string[], tag: string) =>
      texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("");
    return `<table><tr>${cells(Object.keys(first), "th")}</tr><tr>${cells(Object.values(first).map(String), "td")}</tr></table>`;
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Runs SQL outside the form, as KV Manager would. */
  async run(sql: string): Promise<Record<string, unknown>[]> {
    const results = await this.engine.batch(this.slot, [{ sql }]);
    return results[0]?.results ?? [];
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describeInBrowser("somebody who has only a browser and the D1 console", () => {
  const open = oneBrowser();
  let engine: D1Engine;
  beforeAll(async () => {
    engine = await D1Engine.start(2);
  });
  afterAll(() => engine?.close());

  it.each(["table", "JSON"])("upgrades a November 2025 database for 2.3, answers as %s", async (as) => {
    const database = new Console(engine);
    const address = await database.listen();
    try {
      for (const sql of [...eraSchemas["2025-11-08"].split(";"), ...seedRows.split(/;(?=\n|$)/)])
        if (sql.trim() !== "") await database.run(sql);
      const rows = () =>
        database.run(
          "SELECT (SELECT count(*) FROM bulk_jobs) AS jobs, (SELECT count(*) FROM key_metadata) AS keys",
        );
      const before = await rows();
      const began = performance.now();
      const { page, context, errors } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
      const form = await context.newPage();
      await form.goto(address);

      await page.getByLabel("Which KV Manager").selectOption("2.3");
      const query = page.getByRole("button", { name: "Copy the query" });
      await press(page, query.first());
      await runIn(form, as);
      await pasteInto(page, "Paste the result here");
      await page.getByRole("button", { name: "Show what is missing" }).click();
      await page
        .getByText("The schema matches a first deployment between 2025-11-08 and 2025-11-09.")
        .waitFor();
      await press(page, page.getByRole("button", { name: "Copy for the D1 console" }).first());
      await runIn(form, as);
      await press(page, query.last());
      await runIn(form, as);
      await pasteInto(page, "Paste the new result here");
      await page.getByRole("button", { name: "Verify" }).click();
      await page.getByText("Verified: the database has everything that KV Manager 2.3 needs.").waitFor();
      expect(await page.getByText("✗").count()).toBe(0);
      // A person also needs time to read.
      expect(performance.now() - began).toBeLessThan(30_000);
      expect(await rows()).toEqual(before);
      expect(await database.run("SELECT name FROM webhooks")).toEqual([]);
      expect(errors).toEqual([]);

      // And back again, with the statements that the page provides.
      await page.getByText("Remove the additions again").click();
      await press(page, page.getByRole("button", { name: "Copy these statements" }));
      await runIn(form, as);
      await press(page, query.last());
      await runIn(form, as);
      await pasteInto(page, "Paste the new result here");
      await page.getByText("Not finished:").waitFor();
      expect(await stepOf(page, 4).locator("pre.sql").textContent()).toBe(
        await stepOf(page, 3).locator("pre.sql").textContent(),
      );
      expect(await rows()).toEqual(before);
    } finally {
      database.close();
    }
  });
});

type Pressed = ReturnType<Page["getByRole"]>;

/** Presses a copy button and waits until it has copied. */
async function press(page: Page, copy: Pressed): Promise<void> {
  await page.bringToFront();
  await page.evaluate("navigator.clipboard.writeText('')");
  await copy.click();
  await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).not.toBe("");
}

/** Pastes into the form, runs it, and copies the whole answer. */
async function runIn(form: Page, as: string): Promise<void> {
  await form.bringToFront();
  await form.getByLabel("SQL").focus();
  await form.keyboard.press("ControlOrMeta+V");
  await form.getByLabel("As").selectOption(as);
  await form.getByRole("button", { name: "Run" }).click();
  await form.locator("#answer > *").waitFor();
  await form.evaluate("getSelection().selectAllChildren(document.querySelector('#answer'))");
  await form.keyboard.press("ControlOrMeta+C");
}

async function pasteInto(page: Page, label: string): Promise<void> {
  await page.bringToFront();
  await page.getByLabel(label).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+V");
}
