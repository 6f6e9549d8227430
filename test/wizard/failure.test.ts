import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId, productionId, stockConfigs } from "../support/project.js";
import { expectNoSecrets } from "../support/secrets.js";
import { asked, keys, Screen, unbroken } from "../support/terminal.js";
import { answered } from "../support/wizard.js";

const project = disposableProjects();
const noDatabase = "This is no database, but a text that is longer than a header.".repeat(20);

describe("the wizard after a failure", () => {
  it("offers to try again, which works once the cause is fixed", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    const good = readFileSync(file);
    writeFileSync(file, noDatabase);
    const screen = new Screen(answered, { cwd });
    await screen.waitFor("Nothing was changed.");
    await screen.waitFor("What next?");
    writeFileSync(file, good);
    screen.press(keys.enter);
    await screen.answer("Apply this", keys.enter);
    await screen.waitFor("Upgraded:");
    expect(await screen.declineAnother()).toBe(0);
  });

  it("recommends leaving after a failed retry, saves a report on request, and exits with the failure's code", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-10");
    writeFileSync(file, noDatabase);
    const screen = new Screen(answered, { cwd });
    await screen.answer("What next?", keys.enter);
    await screen.answer(asked("What next?", 2), keys.up + keys.enter);
    await screen.answer("Write the report to which file?", keys.enter);
    await screen.waitFor("Saved to kv-manager-report.md.");
    const report = readFileSync(join(cwd, "kv-manager-report.md"), "utf8");
    expect(report).toContain("SQLITE_NOTADB");
    expectNoSecrets(report, process.env);
    await screen.answer(asked("What next?", 3), keys.enter);
    expect(await screen.exited).toBe(1);
  });

  it("offers setup in a folder without a config, but not as the default", async () => {
    const [first, second] = [project({}), project({})];
    const leaves = new Screen([], { cwd: first });
    await leaves.answer("What next?", keys.enter);
    expect(await leaves.exited).toBe(2);
    const screen = new Screen([], { cwd: second });
    await screen.answer("What next?", keys.down + keys.enter);
    await screen.answer("Which database do you want", keys.down + keys.enter);
    await screen.answer("Write wrangler.toml with what the database needs?", keys.escape);
    expect(await screen.exited).toBe(130);
    expect(existsSync(join(second, "wrangler.toml"))).toBe(false);
  });

  it("reports an unreadable config once, and rereads it after the user has fixed it", async () => {
    const cwd = project({ "wrangler.dev.toml": `name = "kv\n${stockConfigs["wrangler.dev.toml"]}` });
    await makeLocal(cwd, developmentId, "2025-11-22");
    const screen = new Screen(answered, { cwd });
    await screen.waitFor("What next?");
    const text = unbroken(await screen.text());
    expect(text.match(/a quoted string is not closed on its line/g)).toHaveLength(1);
    writeFileSync(join(cwd, "wrangler.dev.toml"), stockConfigs["wrangler.dev.toml"]);
    await screen.answer("● Try again", keys.enter);
    await screen.answer("Which KV Manager will use this database?", keys.enter);
    await screen.waitFor("The database is up to date.");
    expect(await screen.declineAnother()).toBe(0);
  });

  it("shows a conflict among the other objects", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, {
      sql: `${eraSchemas.oldest}\nCREATE VIEW job_audit_events AS SELECT 1;`,
    });
    const screen = new Screen(answered, { cwd });
    await screen.waitFor("What next?");
    const text = await screen.text();
    expect(text).toContain("! table job_audit_events  conflict");
    expect(text).toContain("+ column metadata  missing");
    expect(text).toContain("The schema matches no version of KV Manager.");
    screen.press(keys.ctrlC);
    expect(await screen.exited).toBe(1);
  });

  it("lets the user choose a different database even if flags named this one", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, { sql: "CREATE TABLE somebody (id INTEGER);" });
    await makeLocal(cwd, productionId, "2025-11-22");
    const screen = new Screen(answered, { cwd });
    await screen.waitFor("is not KV Manager's");
    await screen.answer("What next?", keys.enter);
    await screen.answer(asked("Which database do you want", 2), keys.enter);
    await screen.answer(asked("Which database?", 2), keys.enter);
    await screen.waitFor("The database is up to date.");
    expect(await screen.declineAnother()).toBe(0);
  });
});
